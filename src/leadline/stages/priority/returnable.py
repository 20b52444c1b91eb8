"""What a check promises that people make elsewhere (in a register, with an agency) and whose answer comes back."""

from __future__ import annotations

import re
from dataclasses import dataclass

from leadline.errors import LeadlineError
from leadline.registry import Registry

_NAME = re.compile(r"[a-z][a-z0-9-]*\Z", re.ASCII)
PLACES = 5
"""Places of the field's published order of work; 1 is a child at immediate risk."""


@dataclass(frozen=True)
class Check:
    """One check. Raises :class:`LeadlineError` where it breaks a promise that can be seen by looking at it.

    Only the answer `yes` moves anything, and only upwards; `no` and no answer at all move nothing, and what was not
    answered stays unknown.
    """

    name: str
    version: int
    title: str
    ask: str
    """Whom to ask what, as a sentence: it is shown as the next check."""
    points: int
    """Thousandths for `yes`; 0 where the answer is no evidence of conduct."""
    yes_means: str
    """The reason that is shown with `yes`."""
    place: int = 0
    """Place in the field's published order (1 to 5); 0 outside it. Only such a check gives points."""
    safeguarding_days: int | None = None
    """Days within which `yes` is to reach those who protect children; None where it does not concern them."""
    confirms: str = ""
    """What `yes` confirms of the chain from account to person: `identifier`, `person`; empty for nothing."""
    assessment: bool = False
    """An outside assessment: it brings the level of a tool, its assessor and version, and Leadline computes none."""

    def __post_init__(self) -> None:
        for fault in self._faults():
            raise LeadlineError(f"the check {self.name!r} {fault}.", advice="See CONTRIBUTING.md, A check.")

    def _faults(self) -> list[str]:
        found = [] if _NAME.match(self.name) else ["has a name other than small letters, digits and hyphens"]
        if not 0 <= self.place <= PLACES:
            found.append(f"has a place outside 0 to {PLACES}")
        if (self.points > 0) != (self.place > 0) or self.points < 0:
            found.append("gives points without a place in the published order, or has a place and gives none")
        if self.safeguarding_days is not None and self.safeguarding_days < 0:
            found.append("has a clock that runs backwards")
        if not self.ask.endswith(".") or not self.yes_means:
            found.append("does not say whom to ask, or what yes means")
        return found


CHECKS: Registry[Check] = Registry("check", package="leadline.stages.priority.checks", group="leadline.checks")


def returnable() -> dict[str, bool]:
    """The names of all checks, and which of them is an outside assessment."""
    return {check.name: check.assessment for check in CHECKS.all()}
