"""What the tables in force said of each address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadline.errors import LeadlineError
from leadline.facts.tables import AddressRow, AddressSeenRow, SightingRow
from leadline.inquiry.candidates import plain, rows_of
from leadline.reference.periods import ADDRESS_KINDS
from leadline.reference.registration import registration_edition
from leadline.reference.store import pinned_editions
from leadline.stages.attribution.addresses import make_addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadline.facts.runs import ReferenceEdition
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
    """One row a distinct address and table in force, by address, with the keys :data:`COLUMNS`.

    Looked up now, with the editions that the run pinned; a run of an earlier version holds the rows already.
    """
    held = bool(view.lake.paths(AddressRow))
    with view.engine(*((AddressRow,) if held else (AddressSeenRow, SightingRow))) as engine:
        if not held:
            identity = view.record["identity"]
            make_addresses(engine, _pinned(view), identity["parameters"])
        for row in rows_of(engine.stream(_SELECT)):
            yield {key: plain(value) for key, value in row.items()}


def _pinned(view: RunView) -> list[ReferenceEdition]:
    """The address tables that the run pinned, as they lie here; :class:`LeadlineError` where one is another now."""
    here = {edition.sha256: edition for edition in (*pinned_editions(view.workspace), registration_edition())}
    wanted = [stated for stated in view.record["identity"]["references"] if stated["kind"] in ADDRESS_KINDS]
    gone = [stated for stated in wanted if stated["sha256"] not in here]
    if gone:
        raise LeadlineError(
            f"the address table {gone[0]['name']} of {gone[0]['as_of']} is no longer here as run {view.run} used it.",
            advice="Run again with `leadline run`: the new run pins what is here now.",
        )
    return [here[stated["sha256"]] for stated in wanted]
