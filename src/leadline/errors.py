"""What can go wrong, in words that tell the reader what to do next.

Every error that reaches a person is a :class:`LeadlineError`: what was wrong, where, and the advice.
The exit codes are the contract's. A built-in exception that leaks is a bug.
"""

from __future__ import annotations


class LeadlineError(Exception):
    """Base of all errors meant for a person.

    ``message`` says what was wrong, ``where`` names the file and line (or is empty), ``advice`` says
    what to do next.
    """

    exit_code = 1

    def __init__(self, message: str, *, where: str = "", advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.advice = advice

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f" {self.advice}" if self.advice else ""
        return f"{place}{self.message}{advice}"


class WrongUsage(LeadlineError):
    """The command was called in a way that cannot be carried out."""

    exit_code = 2


class InputRefused(LeadlineError):
    """Evidence or a table was refused; nothing of it was kept."""

    exit_code = 3


class IntegrityBroken(LeadlineError):
    """Something sealed is no longer what was sealed, or sums that must hold do not."""

    exit_code = 4


class ApprovalMissing(LeadlineError):
    """A second person has not approved yet."""

    exit_code = 5


class HeldByDeconfliction(LeadlineError):
    """Another agency's claim holds this back."""

    exit_code = 6


class Busy(LeadlineError):
    """Another process holds the workspace; trying again later is right."""

    exit_code = 75


class NotAllowed(LeadlineError):
    """The actor's roles, or the team, do not carry this verb."""


class NotThere(WrongUsage):
    """There is no such thing, or it is another agency's: nobody can tell which."""


class ReasonNeeded(LeadlineError):
    """What is asked for is another team's; reading it needs a reason, which is kept in the audit."""


class Conflict(LeadlineError):
    """The thing is not in the state in which this can be done, or somebody else changed it first."""
