"""How often the origin of the cache is found where the records tell it, and abstained on where they do not."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from leadline.facts.tables import OriginCandidateRow, OriginRow
from leadline.stages.collection.run import run
from leadline.synthetic.origins import TOLD, UNTOLD, invent_origin, write_origin
from leadline.synthetic.stage_runs import rows_of, run_stage

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class OriginFound:
    """One world: whether an answer was given, and at which rank the truth stands (0: nowhere)."""

    seed: int
    case: str
    answered: bool
    creator_rank: int
    grower_rank: int


def measure_origins(seed: int) -> list[OriginFound]:
    """One world in which the records tell the origin, and one for each way in which they do not."""
    return [measure_origin(seed, case) for case in (TOLD, *UNTOLD)]


def measure_origin(seed: int, case: str) -> OriginFound:
    """Invent how one cache began, run `collection` on it, and look where the truth stands."""
    world = invent_origin(seed, case)
    with tempfile.TemporaryDirectory(prefix="leadline-origin-") as folder:
        write_origin(Path(folder), world)
        run_stage(run, Path(folder), threads=1)
        (origin,) = rows_of(Path(folder), OriginRow)
        ranks = {(row["role"], row["account_key"]): row["rank"] for row in rows_of(Path(folder), OriginCandidateRow)}
    return OriginFound(
        seed, case, origin["state"] == "answered",
        ranks.get(("creator", world.creator), 0), ranks.get(("grower", world.grower), 0),
    )  # fmt: skip


def origin_section(found: Sequence[OriginFound]) -> str:
    """The section of the page."""
    told = [one for one in found if one.case == TOLD]
    answered = [one for one in told if one.answered]
    abstained = Counter(one.case for one in found if one.case != TOLD and not one.answered)
    planted = Counter(one.case for one in found if one.case != TOLD)
    rows = [
        ("the records reach back to the beginning: an answer was given", _of(len(answered), len(told))),
        ("… and the true creator stood first", _of(sum(one.creator_rank == 1 for one in answered), len(answered))),
        ("… among the first three", _of(sum(0 < one.creator_rank <= 3 for one in answered), len(answered))),
        ("who truly made it grow most stood first", _of(sum(one.grower_rank == 1 for one in told), len(told))),
        ("… among the first three", _of(sum(0 < one.grower_rank <= 3 for one in told), len(told))),
        *((f"`{case}`: rightly abstained", _of(abstained[case], planted[case])) for case in UNTOLD),
    ]
    lines = [("question", "worlds"), ("---", "---"), *rows]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return (
        "## Origin of the cache\n\nIn some invented caches the records reach back to the beginning: one account added"
        " most objects of the first day, others added the rest, some upload again what stands there, some hold an"
        " object before it is listed. In the others the logs begin later (`late-logs`), a fifth of the dates"
        " (`undated`) or most of the first adders (`unnamed`) are missing, an import gave most first objects one date"
        " (`imported`), or inventory and logs name different adders (`disputed`): there nobody can tell, and no creator"
        f" is to be named.\n\n{table}"
    )


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole}"
