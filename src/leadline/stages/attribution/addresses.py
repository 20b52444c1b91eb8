"""What every edition in force said of every address that was seen, told on demand: no figure of a run needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.stages.attribution import inputs
from leadline.stages.attribution.run import LOOKUP, rule_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadline.facts.engine import Engine
    from leadline.facts.runs import ReferenceEdition


def make_addresses(engine: Engine, references: Sequence[ReferenceEdition], parameters: Mapping[str, int]) -> None:
    """Make the table `address` (columns of `AddressRow`) of `address_seen` and `sighting`, which are lent already.

    ``references`` and ``parameters`` are those of the run whose tables these are: the same rules then look up all
    addresses as the run looked up those of its accounts.
    """
    inputs.bring_editions(engine, references)
    engine.rule("sought", rule_text("asked_about"), journal=False)
    engine.rule("in_force", rule_text("in_force"), journal=False)
    inputs.bring_networks(engine, references)
    for table in (*LOOKUP, "contradicted", "address"):
        engine.rule(table, rule_text(table), parameters, journal=False)
