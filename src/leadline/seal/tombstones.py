"""Taking a file out for good, so that the log still says that it was there and that it was taken out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadline.errors import WrongUsage
from leadline.seal.entry import ERASED, Entry
from leadline.seal.files import remove_durably
from leadline.seal.log import PRIVATE_KEY, PUBLIC_KEY
from leadline.seal.vouching import vouched

if TYPE_CHECKING:
    from leadline.seal.log import Log

_REASON = re.compile(r"[a-z][a-z0-9-]{0,39}\Z", re.ASCII)


def tombstone(log: Log, path: str, *, reason_code: str) -> Entry:
    """Erase one evidence file (``path`` below the workspace) and leave a signed tombstone.

    The entry names the path and the SHA-256 the file had. It is written before the file goes, so a crash
    between the two leaves a file that :func:`verify_workspace` reports; calling this again then only removes
    it and returns the entry that is there. :class:`WrongUsage` for a path that the log does not vouch for.
    """
    if not _REASON.match(reason_code):
        raise WrongUsage(f"{reason_code!r} is no reason code.", advice="Use a short code such as retention-ended.")
    if path in (PRIVATE_KEY, PUBLIC_KEY):
        raise WrongUsage("A key of the log cannot be erased.", where=path, advice="Keep it.")
    with log.writing("erasing"):
        entries = log.entries()
        state = vouched(log.workspace, entries)
        if path in state.erased:
            entry = entries[state.erased[path]]
        elif path in state.files:
            former = state.files[path].sha256
            payload = {"reason_code": reason_code}
            entry = log.append(ERASED, subject=former, digests={path: former}, payload=payload)
        else:
            raise WrongUsage("The log vouches for no such file.", where=path, advice="Run `leadline verify`.")
        remove_durably(log.workspace / path)
    return entry
