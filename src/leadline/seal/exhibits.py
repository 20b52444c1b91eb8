"""The store of exhibits: each file read-only, under the SHA-256 of its bytes, once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

from leadline.errors import IntegrityBroken, WrongUsage
from leadline.seal.files import publish, remove_durably

if TYPE_CHECKING:
    from pathlib import Path

_SHA256 = re.compile(r"[0-9a-f]{64}\Z", re.ASCII)


class ExhibitStore:
    """Exhibits of a workspace, below ``exhibits/sha256/``."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace

    def relative(self, sha256: str) -> str:
        """Where the exhibit lies below the workspace: the path under which the log vouches for it."""
        if not _SHA256.match(sha256):
            raise WrongUsage(f"{sha256!r} names no exhibit.", advice="Give its SHA-256 in lower case.")
        return f"exhibits/sha256/{sha256[:2]}/{sha256}"

    def path(self, sha256: str) -> Path:
        """Where the exhibit lies, whether it is there or not."""
        return self._workspace / self.relative(sha256)

    def has(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def admit(self, tmp_path: Path, sha256: str) -> Path:
        """Move a finished file into the store and return where it lies; the temporary file is gone then.

        The caller has hashed it (``sha256``); both must lie in one file system. The same bytes twice are one
        exhibit: then the temporary file is only removed.
        """
        final = self.path(sha256)
        if not final.exists():
            publish(tmp_path, final)
            return final
        if final.stat().st_size != tmp_path.stat().st_size:
            raise IntegrityBroken(
                "The exhibit that is already there has another size.",
                where=str(final),
                advice="Run `leadline verify`.",
            )
        remove_durably(tmp_path)
        return final

    def open(self, sha256: str) -> BinaryIO:
        """The exhibit's bytes, unbuffered, for reading."""
        try:
            return self.path(sha256).open("rb", buffering=0)
        except FileNotFoundError as error:
            raise IntegrityBroken(
                "An exhibit is gone.", where=self.relative(sha256), advice="Run `leadline verify`."
            ) from error
