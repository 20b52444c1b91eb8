"""What the tables in force said of each address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadline.facts.tables import AddressRow
from leadline.inquiry.candidates import plain, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadline.inquiry.runs import RunView

COLUMNS = (
    "address",
    "kind",
    "country",
    "holder",
    "asn",
    "table",
    "table_date",
    "disagreeing",
    "accesses",
    "first",
    "last",
    "caveats",
)
_SELECT = """
select a.remote_ip as address, a.kind, a.country, a.holder, a.asn, a.table_name as "table", a.table_date,
       a.disagreeing, a.accesses, a.first_access as "first", a.last_access as "last", a.caveats
from address as a
order by a.address, a.table_name, a.table_date nulls first
"""


def select_addresses(view: RunView) -> Iterator[dict[str, Any]]:
    """One row a distinct address and table in force, by address, with the keys :data:`COLUMNS`."""
    with view.engine(AddressRow) as engine:
        for row in rows_of(engine.stream(_SELECT)):
            yield {key: plain(value) for key, value in row.items()}
