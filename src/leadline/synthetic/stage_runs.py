"""Runs one stage on the facts of an invented world, without a tip: what the evaluation and its tests measure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pyarrow.parquet as pq

from leadline.facts.engine import Engine
from leadline.facts.lake import Lake
from leadline.facts.runs import Work
from leadline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from leadline.facts.tables import Fact
    from leadline.vocabulary.rulings import Ruling


def run_stage(stage: Callable[[Work], None], folder: Path, *, threads: int = 2, rulings: Sequence[Ruling] = ()) -> None:
    """Carry out a stage that reads no exhibit; its tables lie beside those that it read."""
    with Engine(spill=folder / "spill", threads=threads, memory_mb=2500) as engine:
        lent: dict[str, Any] = {"tip": cast("Any", None), "exhibits": cast("Any", None), "references": ()}
        heard = tuple(rulings)
        stage(Work(engine=engine, lake=Lake(folder), settings=Settings(), scratch=folder, rulings=heard, **lent))


def rows_of(folder: Path, fact: type[Fact]) -> list[dict[str, Any]]:
    """All rows of a table."""
    return [row for path in Lake(folder).paths(fact) for row in pq.read_table(path).to_pylist()]
