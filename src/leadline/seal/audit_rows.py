"""What an audit row of the desk's database proves: its digest, its place in its agency's chain, and its seal.

A row's *leaf* is SHA-256 over the canonical JSON of all its columns but ``mac``, the random salt among them. Its
``mac`` is HMAC-SHA-256, under a key that is not in the database, over the ``mac`` before it and the leaf. Batches of
leaves are written into payloads of the workspace's log (:data:`SEALED`), so that a row that a batch covers is fixed
by a signature, whoever holds the key later. The log learns nothing of a row but its salted digest.
"""

from __future__ import annotations

import hmac
from dataclasses import astuple, dataclass
from hashlib import sha256

from leadline.seal.canonical import canonical_json

SEALED = "audit:rows:sealed"
"""Action of a log entry that covers rows: subject is the agency, numbers `first` and `last`, payload `leaves`."""
ERASED = "audit:rows:erased"
"""Action of a log entry that lets rows have another detail than was sealed: subject is the agency, payload `leaves`
maps the place of each to the leaf that it has from then on. The chain goes on over the leaf that was sealed."""
BATCH = 100
"""Rows that a batch holds at most, and that may wait for one."""
LONGEST_WAIT = 60
"""Seconds that a row may wait for its batch."""
KEY_PURPOSE = "audit"
START = "0" * 64
"""What stands for the ``mac`` before the first row."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row as it stands in the database; every field is text or a whole number."""

    id: str
    agency: str
    seq: int
    at: str
    actor: str
    action: str
    thing: str
    detail: str
    salt: str
    mac: str = ""

    def leaf(self) -> str:
        """SHA-256 over everything but the ``mac``, in hexadecimal."""
        return sha256(canonical_json(list(astuple(self)[:-1]))).hexdigest()

    def next_mac(self, key: bytes, before: str, *, leaf: str = "") -> str:
        """The ``mac`` that this row must carry after a row with ``before``, in hexadecimal.

        ``leaf`` is the one that it had when it was written, where its detail was erased since.
        """
        return hmac.new(key, f"{before}{leaf or self.leaf()}".encode(), sha256).hexdigest()


COLUMNS = ("id", "agency_id", "seq", "at", "actor", "action", "thing", "detail", "salt", "mac")
"""The database's names for the fields, in their order."""
