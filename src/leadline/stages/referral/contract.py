"""What a document format promises: a dossier in, files of the package out; and a dossier that shows whether it does.

A dossier holds nothing beyond the order's columns, so that no format can say more than was approved.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from leadline.registry import Registry
from leadline.stages.referral.columns import DEFAULT, text_of
from leadline.stages.referral.order import Item, Kind, LeftOut, Order
from leadline.vocabulary.handling import Handling, HandlingCode, Pap, Tlp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    File = tuple[str, Iterable[bytes]]


@dataclass(frozen=True)
class Dossier:
    """One package's content, as plain JSON values."""

    order: Order
    at: datetime
    """When the second person approved: the date of every document in it."""
    approved_by: str
    channel: str
    sequence: int
    leads: tuple[Mapping[str, Any], ...]
    """By rank; each with exactly :attr:`Order.columns`."""
    to_verify: tuple[Mapping[str, Any], ...]
    """By rank; see :data:`~leadline.stages.referral.columns.TO_VERIFY`."""
    requests: tuple[Mapping[str, Any], ...]
    """What record holders of the order's jurisdictions are to be asked; nothing about accounts."""
    objects: tuple[Mapping[str, Any], ...]
    """The objects that the accounts opened: key, size, hashes, category with its scheme."""
    about_package: Mapping[str, Any] = field(default_factory=dict)
    """The earlier package, where there is one: referral, sequence, sha256."""
    made: tuple[tuple[str, str], ...] = ()
    """Path and title of the files that are made already; what lists them comes last."""

    def columns(self, rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
        """The columns of :attr:`leads` or :attr:`to_verify`."""
        return tuple(rows[0]) if rows else self.order.columns

    def texts(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[list[str]]:
        """Rows as text of cells, in the order of their columns."""
        for row in rows:
            yield [text_of(name, value) for name, value in row.items()]


@dataclass(frozen=True)
class Example:
    """A file that the format makes of :data:`SAMPLE`: what must stand in it, and what must not."""

    path: str
    holds: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True)
class DocumentFormat:
    """One kind of file in a package."""

    name: str
    title: str
    files: Callable[[Dossier], Iterator[File]]
    examples: tuple[Example, ...]
    always: bool = True
    """False: only where the order names it."""
    last: bool = False
    """It lists the other files: made after them."""
    beside: bool = False
    """Its work is done outside the interpreter: it is made beside the others, on another core."""


DOCUMENTS: Registry[DocumentFormat] = Registry(
    "document format", package="leadline.stages.referral.plugins", group="leadline.document_formats"
)

FORMULA = "=acct-1"
"""A provider's own account key that a spreadsheet would take for a formula."""


def _seen(address: str, kind: str, accesses: int) -> dict[str, Any]:
    return {
        "address": address,
        "kind": kind,
        "country": "NZ",
        "holder": "Example Access",
        "accesses": accesses,
        "without_port": 0,
        "first_access": "2019-03-01T10:00:00Z",
        "last_access": "2019-06-02T11:30:00Z",
    }


def _lead(number: int, account: str, **more: object) -> dict[str, Any]:
    item = Item(f"P-0123456789abcdef-{number:05d}", account)
    row = {
        "lead": item.lead,
        "check": item.check,
        "account_key": account,
        "data_subject": str(item.data_subject),
        "provider": "Example Cloud",
        "level": "high",
        "score": 640,
        "holder_certainty": "weak",
        "jurisdiction": "NZ",
        "confidence": 0.913,
        "first_access": "2019-03-01T10:00:00Z",
        "last_access": "2019-06-02T11:30:00Z",
        "days_active": 12,
        "objects_opened": 40,
        "objects_downloaded": 22,
        "objects_added": 1,
        "new_objects_added": 0,
        "attempts": 3,
        "bytes": 123456,
        "reasons": [{"factor": "breadth", "points": 240, "reason": "opened 40 distinct objects"}],
        "caveats": ["cgnat-no-port"],
        "doubts": [{"check": "crawler", "state": "no", "reason": "0 of 60 accesses"}],
        "unknowns": ["position-of-trust"],
        "next_check": "ask the record holder",
        "evidence_expires": "unknown",
        "addresses": [_seen("240.0.0.9", "access", 60), _seen("2001:db8::9", "mobile", 1)],
        "requests": ["Q-1"],
    }
    return {**row, **more}


_HANDLING = Handling(
    tlp=Tlp.AMBER,
    pap=Pap.AMBER,
    codes=frozenset({HandlingCode.H1}),
    evaluation="X4",
    authority="Example Act, section 1",
    originator="OURS",
)
_ORDER = Order(
    referral="P-0123456789abcdef",
    kind=Kind.REFERRAL,
    partner="THEIRS",
    partner_name="Example Partner",
    jurisdictions=("NZ",),
    sender="OURS",
    run="R-0123456789abcdef",
    tip="T-0123456789abcdef",
    provider="Example Cloud",
    reference="ESP-0042",
    handling=_HANDLING,
    columns=DEFAULT,
    documents=(),
    leads=(Item("P-0123456789abcdef-00001", FORMULA), Item("P-0123456789abcdef-00002", "acct-2")),
    to_verify=(Item("P-0123456789abcdef-00003", "acct-3"),),
    left_out=(LeftOut("acct-4", "single-accident is not answered"),),
    drafted_by="an analyst",
    drafted_at="2019-09-21T08:00:00Z",
)
_DOUBTFUL = _lead(3, "acct-3", confidence=0.41)
SAMPLE = Dossier(
    order=_ORDER,
    at=datetime(2019, 9, 21, 9, 30, tzinfo=UTC),
    approved_by="an approver",
    channel="by hand",
    sequence=1,
    leads=(_lead(1, FORMULA), _lead(2, "acct-2", level="medium", score=120)),
    to_verify=(
        {
            name: _DOUBTFUL[name]
            for name in (
                "lead",
                "check",
                "account_key",
                "data_subject",
                "provider",
                "jurisdiction",
                "confidence",
                "addresses",
            )
        },
    ),
    requests=(
        {
            "request_id": "Q-1",
            "check_digit": "7K",
            "holder": "Example Access",
            "country": "NZ",
            "asn": 64500,
            "address": "240.0.0.9",
            "port": 51515,
            "instant_utc": "2019-03-01T10:00:00Z",
            "instant_local": "2019-03-01T23:00:00+13:00",
            "zone": "Pacific/Auckland",
            "records_may_be_gone_on": "unknown",
            "resolvable": True,
            "preserve": "yes",
        },
    ),
    objects=(
        {
            "object_key": "k-1",
            "size": 2048,
            "md5": "0" * 32,
            "sha1": "1" * 40,
            "sha256": "2" * 64,
            "category": "1",
            "category_scheme": "example",
        },
    ),
)
"""Invented, and the same for every format: its examples speak of it."""
