"""What a partner sends back: held while it is looked at, then imported row by row in a colleague's name."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadline.casefile.actions.audit import record
from leadline.casefile.evidence import workspace
from leadline.casefile.policy import Verb, permit
from leadline.casefile.referred import referrals_of
from leadline.casefile.walls import decision
from leadline.dispatch.ledger import DRAFTED, RETURNED, referrals
from leadline.dispatch.returning import MOST_BYTES, Preview, preview, take
from leadline.dispatch.signatures import signer, unwrapped
from leadline.errors import Conflict, InputRefused, WrongUsage
from leadline.seal.canonical import canonical_json
from leadline.seal.files import write_durably

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from leadline.casefile.models import Member
    from leadline.dispatch.ledger import Referral

RETURN_KEY = "desk/returns.key"
"""An age key file, put there by whoever holds the machine: the desk opens returns that are sealed to it."""
HELD = "cache/returns"
_HOLDS = 24 * 3600


@dataclass(frozen=True)
class Look:
    """A filled form before its import: what would be taken and what not, and the names under which it is held."""

    held: str
    """SHA-256 of the file as it was sent."""
    signature: str
    """Hexadecimal; empty where nothing was signed."""
    seen: Preview

    @property
    def digest(self) -> str:
        """SHA-256 over what the import would do."""
        told = {
            "accepted": list(self.seen.accepted),
            "rejected": [[one.line, one.reason] for one in self.seen.rejected],
        }
        return hashlib.sha256(canonical_json(told)).hexdigest()


def look_at_return(data: bytes, signature: bytes = b"", *, actor: Member) -> Look:
    """Hold a file that was sent and say what an import would do; nothing is imported.

    :class:`InputRefused` where it is no return form; :class:`IntegrityBroken` where no key in force signed it.
    """
    permit(actor, Verb.RETURN_IMPORT)
    if len(data) > MOST_BYTES:
        raise InputRefused("it is larger than any return form.", advice="Send the form alone.")
    held = hashlib.sha256(data).hexdigest()
    path = _held(held, actor)
    _tidy(path.parent)
    write_durably(path, data, mode=0o600, scratch=workspace() / "tmp")
    return _look(held, signature.hex(), actor)


def import_return(held: str, signature: str, *, seen: str, actor: Member) -> tuple[int, list[str]]:
    """Import what was looked at; rows taken, and the notices that were drafted for holders who are cleared.

    ``seen`` is the digest of the look; :class:`Conflict` where the import would do something else by now.
    """
    permit(actor, Verb.RETURN_IMPORT)
    look = _look(held, signature, actor)
    if look.digest != seen:
        raise Conflict("the import would not do what was shown.", advice="Send the file again and look anew.")
    if not look.seen.accepted:
        raise WrongUsage("no row of it can be taken.", advice="Send the list of refused rows to the partner.")
    notices = take(workspace(), look.seen, by=actor.login, among=set(referrals_of(actor)))
    _note(_steps(look.seen, notices), actor=actor)
    _held(held, actor).unlink(missing_ok=True)
    return len(look.seen.accepted), notices


def return_recipient() -> str:
    """The age key to which partners seal returns for this desk; empty where it has none."""
    from leadline.seal.envelope import read_identities

    path = workspace() / RETURN_KEY
    return str(read_identities(path)[0].to_public()) if path.is_file() else ""


def _look(held: str, signature: str, actor: Member) -> Look:
    path = _held(held, actor)
    if not path.is_file():
        raise Conflict("the file is not held any more.", advice="Send it again.")
    key = workspace() / RETURN_KEY
    data = unwrapped(path, key if key.is_file() else None)
    who = signer(workspace(), data, bytes.fromhex(signature)) if signature else ""
    return Look(held, signature, preview(workspace(), data, signed_by=who, among=set(referrals_of(actor))))


def _held(digest: str, actor: Member) -> Path:
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise WrongUsage("this names no file that was sent.", advice="Send it again.")
    return workspace() / HELD / f"{actor.pk}-{digest}"


def _tidy(folder: Path) -> None:
    """What nobody imported within a day goes."""
    for path in folder.glob("*") if folder.is_dir() else ():
        if path.stat().st_mtime < time.time() - _HOLDS:
            path.unlink(missing_ok=True)


def _steps(seen: Preview, notices: Iterable[str]) -> list[tuple[Referral, str, dict[str, object]]]:
    known = referrals(workspace())
    refs = sorted({row["lead"].rpartition("-")[0] for row in seen.accepted})
    told: dict[str, object] = {"source": seen.sha256, "signed_by": seen.signed_by, "rejected": len(seen.rejected)}
    rows = [
        (known[ref], RETURNED, {**told, **(known[ref].last(RETURNED) or known[ref].steps[0]).numbers}) for ref in refs
    ]
    return [*rows, *((known[ref], DRAFTED, {**known[ref].steps[0].numbers, "kind": "cleared"}) for ref in notices)]


@decision
def _note(done: Iterable[tuple[Referral, str, Mapping[str, object]]], *, actor: Member) -> None:
    for referral, action, detail in done:
        step = referral.last(action)
        record(actor, action, referral.ref, {"logged_at": step.at if step else "", **detail})
