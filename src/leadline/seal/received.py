"""What the holder of an identity has opened before: whose keys sign, which numbers came, which are missing.

It lies beside the key file, because it belongs to the identity and not to a workspace: an officer of a partner has
none. A package that comes a second time, or whose sender suddenly signs with another key, is refused.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from leadline.errors import IntegrityBroken, WrongUsage
from leadline.seal.canonical import canonical_json
from leadline.seal.files import write_durably
from leadline.vocabulary.instants import iso_z, now

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from leadline.seal.envelope import Checked

_SUFFIX = ".received.json"


@dataclass
class Received:
    """The packages opened with one key file, as ``KEYFILE.received.json`` holds them."""

    path: Path
    senders: dict[str, str] = field(default_factory=dict)
    """Agency → the key that signed its first package."""
    packages: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def beside(cls, key_file: Path) -> Received:
        """Read it; empty where nothing was opened yet."""
        path = key_file.with_name(key_file.name + _SUFFIX)
        try:
            stated = json.loads(path.read_bytes())
            return cls(path, dict(stated["senders"]), list(stated["packages"]))
        except FileNotFoundError:
            return cls(path)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IntegrityBroken(
                f"The list of opened packages cannot be read: {error}.",
                where=str(path),
                advice="Restore it from a copy; without it a repeated package cannot be told from a new one.",
            ) from error

    def refuse_stranger(self, checked: Checked, trusted: Mapping[str, str]) -> bool:
        """Whether the reader named the signer's key; else the key that signed the agency's first package must sign.

        ``trusted`` maps keys to the code of their agency, empty where it was not said. :class:`IntegrityBroken`
        where keys are known and this is none of them, or another agency's.
        """
        agency = str(checked.manifest["sender"]["agency"])
        pinned = self.senders.get(agency)
        known = dict(trusted) if trusted or pinned is None else {pinned: agency}
        if known and known.get(checked.signed_by) not in ("", agency):
            raise IntegrityBroken(
                f"It is signed with a key that is not known as {agency}'s: {checked.signed_by}.",
                advice="Nothing was unpacked. Call the sender on a number that you had before.",
            )
        return bool(trusted)

    def refuse_repeated(self, checked: Checked, *, again: bool) -> None:
        """:class:`IntegrityBroken` for a number that came before; with ``again`` the same package may be opened."""
        for item in self._of(checked):
            if item["sequence"] != checked.manifest["sequence"]:
                continue
            if not again or item["manifest_sha256"] != checked.manifest_sha256:
                raise IntegrityBroken(
                    f"Package {item['sequence']} of this sender was opened on {item['opened_at']}.",
                    advice="It was sent a second time. To unpack the very same package once more, add --again.",
                )

    def missing(self, checked: Checked) -> list[int]:
        """Numbers below this package's that never came."""
        seen = {item["sequence"] for item in self._of(checked)}
        return [number for number in range(1, checked.manifest["sequence"]) if number not in seen]

    def note(self, checked: Checked) -> None:
        """Keep that this package was opened; :class:`WrongUsage` where the place cannot be written."""
        self.senders.setdefault(str(checked.manifest["sender"]["agency"]), checked.signed_by)
        self.packages.append(
            {
                "manifest_sha256": checked.manifest_sha256,
                "opened_at": iso_z(now()),
                "recipient": checked.manifest["recipient"]["fingerprint"],
                "sender": checked.manifest["sender"]["agency"],
                "sequence": checked.manifest["sequence"],
                "signed_by": checked.signed_by,
            }
        )
        try:
            write_durably(self.path, canonical_json({"packages": self.packages, "senders": self.senders}), mode=0o600)
        except OSError as error:
            raise WrongUsage(
                f"It cannot be noted that this package came: {error}.",
                where=str(self.path),
                advice="Put the key file into a folder that you may write to.",
            ) from error

    def _of(self, checked: Checked) -> list[dict[str, Any]]:
        """Packages of the same agency, key and recipient: agencies that share a key number theirs apart."""
        sender = str(checked.manifest["sender"]["agency"])
        one = (checked.signed_by, checked.manifest["recipient"]["fingerprint"], sender)
        return [
            item for item in self.packages if (item["signed_by"], item["recipient"], item.get("sender", sender)) == one
        ]
