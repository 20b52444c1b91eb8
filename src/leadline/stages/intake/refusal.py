"""Why a tip bundle is refused: a sentence for the reader and a code for the log."""

from __future__ import annotations

from leadline.errors import InputRefused


class BundleRefused(InputRefused):
    """A bundle is refused as a whole; nothing of it is kept.

    ``code`` is a short word for the log; the other arguments are those of every error.
    """

    def __init__(self, message: str, *, code: str, where: str = "", advice: str = "") -> None:
        super().__init__(message, where=where, advice=advice)
        self.code = code


def all_of(faults: list[BundleRefused]) -> BundleRefused:
    """Several faults as one refusal, each on a line of its own; the code is that of the first."""
    if len(faults) == 1:
        return faults[0]
    told = "\n".join(f"  {fault}" for fault in faults)
    return BundleRefused(f"{len(faults)} faults:\n{told}", code=faults[0].code)


LEAVE_OUT = "Leave it out with --leave-out {path}: its digest, size and the reason are kept."


def leave_out(path: str) -> str:
    """The advice to leave a file out."""
    return LEAVE_OUT.format(path=path)
