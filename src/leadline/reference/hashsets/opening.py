"""Sets opened for one examination: keyed digests lent to the engine, perceptual hashes unsealed in memory."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.parquet as pq

from leadline.errors import WrongUsage
from leadline.reference.hashsets.keying import ALGORITHMS, default_key_path, read_key
from leadline.reference.hashsets.sorted_keys import find
from leadline.reference.hashsets.store import in_force
from leadline.reference.hashsets.writing import PDQ_ROW

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from leadline.reference.hashsets.keying import SetKey
    from leadline.reference.hashsets.store import SetEdition


@dataclass(frozen=True)
class OpenSets:
    """The editions in force and the key that opens them; only an examination holds one."""

    editions: tuple[SetEdition, ...]
    key: SetKey

    def has_digest(self, algorithm: str) -> bool:
        """Whether any edition has digests of this algorithm, or perceptual hashes (``pdq``)."""
        return any(edition.digests[algorithm] for edition in self.editions)

    def found(
        self, number: int, algorithm: str, keyed: NDArray[np.uint8]
    ) -> tuple[NDArray[np.int64], NDArray[np.void]]:
        """Which of these keyed digests one edition has, as places in ``keyed``, with its rows (`sorted_keys.ROW`)."""
        edition = self.editions[number]
        before = itertools.takewhile(lambda name: name != algorithm, ALGORITHMS)
        return find(edition.folder, sum(edition.digests[name] for name in before), edition.digests[algorithm], keyed)

    def later_records(self, number: int) -> list[Path]:
        """The record files of newer editions of the same feed: what they name, they replace."""
        edition = self.editions[number]
        if not edition.feed:
            return []
        newer = [e for e in self.editions if e.name == edition.name and e.as_of > edition.as_of]
        return [one.folder / "record.parquet" for one in newer]

    def perceptual(self, number: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """Perceptual hashes of one edition as four words each, and their items."""
        edition = self.editions[number]
        sealed = pq.read_table(edition.folder / "pdq.parquet").to_pylist()
        plain = b"".join(self.key.unseal(row["sealed"], about=f"{edition.id}/{row['chunk']}") for row in sealed)
        raw = np.frombuffer(plain, dtype=np.uint8).reshape(-1, PDQ_ROW)
        words = np.ascontiguousarray(raw[:, :32]).view(">u8").astype(np.uint64)
        items = np.ascontiguousarray(raw[:, 32:40]).view(">i8").astype(np.int64).reshape(-1)
        return words, items


def open_sets(workspace: Path, key_file: Path | None) -> OpenSets | None:
    """The sets in force, opened with the key in ``key_file`` or at the default place; None without sets or key.

    :class:`WrongUsage` where the key is another one.
    """
    found = in_force(workspace)
    path = key_file or default_key_path(workspace)
    if not found or (key_file is None and not path.exists()):
        return None
    key = read_key(path)
    if any(edition.key_check != key.check() for edition in found):
        raise WrongUsage(
            "this key does not open the hash sets of this workspace.",
            advice="Ask the person who holds the key for the right file, or leave --key-file out.",
        )
    return OpenSets(found, key)
