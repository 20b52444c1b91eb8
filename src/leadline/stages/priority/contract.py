"""What a factor promises: integer points from conduct alone, a sentence that names its evidence, examples."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING

from leadline.errors import LeadlineError
from leadline.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Mapping

CONDUCT: Mapping[str, str] = {
    "objects_opened": "distinct objects viewed or downloaded with success",
    "objects_downloaded": "distinct objects downloaded with success",
    "objects_contributed": "distinct listed objects added, by the log or as an inventory names the account",
    "new_objects_contributed": "those of them that stood nowhere in the tip before",
    "objects_uploaded": "distinct listed objects uploaded with success in the log",
    "objects_shared": "distinct objects shared with success",
    "days_active": "distinct UTC dates with a relevant access",
    "span_days": "days from the first to the last relevant access",
    "opened_share": "thousandths of the listed objects that were opened",
    "cache_objects": "objects that the inventories list",
    "first_day": "UTC date of the first relevant access, as text",
    "last_day": "UTC date of the last relevant access, as text",
    "first_added_day": "UTC date on which the first of the objects contributed was added, as text, or unknown",
    "last_added_day": "the same for the last of them",
}
"""Columns of the table `conduct`, the only one that a factor sees. It holds nothing about who, where or with which
program: such things can be chosen, or nobody can help them, and must move no one in the order of work."""

TEXTS = frozenset({"first_day", "last_day", "first_added_day", "last_added_day"})
"""Columns of `conduct` that are text; all others are whole numbers."""

_NAME = re.compile(r"[a-z][a-z0-9-]*\Z", re.ASCII)
_READ = re.compile(r"\bc\.([a-z_]+)", re.ASCII)

Conduct = dict[str, int]
"""Some columns of `conduct` with their values; the others are 0."""


@dataclass(frozen=True)
class Step:
    """From the measure ``at_least`` on a factor gives ``points`` (thousandths), until the next step."""

    at_least: int
    points: int


@dataclass(frozen=True)
class Measure:
    """A whole number that a factor looks at: SQL over the columns of `conduct as c`, and its steps, rising."""

    sql: str
    steps: tuple[Step, ...]

    def points_sql(self) -> str:
        """SQL that gives the points of the highest step reached, 0 below the first."""
        reached = "".join(f" when {self.sql} >= {s.at_least} then {s.points}" for s in reversed(self.steps))
        return f"case{reached} else 0 end"


@dataclass(frozen=True)
class Factor:
    """One factor. Raises :class:`LeadlineError` where it breaks a promise that can be seen by looking at it."""

    name: str
    version: int
    title: str
    measures: tuple[Measure, ...]
    """Their points are added up."""
    reason: str
    """SQL text expression over `conduct as c`: the sentence that names the evidence with its figures."""
    rising: tuple[tuple[Conduct, Conduct], ...]
    """Good examples: less grave, more grave. The points of the second are higher."""
    nothing: tuple[Conduct, ...]
    """Bad examples: conduct for which the factor gives no point."""
    family: str = ""
    """Factors of one family measure much the same; together they give no more than the family's cap."""
    validated: bool = field(default=False)
    """Whether outcomes have shown that the factor is worth its points. None of the log stage has been."""

    def __post_init__(self) -> None:
        for fault in self._faults():
            raise LeadlineError(f"the factor {self.name!r} {fault}.", advice="See CONTRIBUTING.md, A factor.")

    def reads(self) -> frozenset[str]:
        """The columns of `conduct` that it looks at."""
        return frozenset(_READ.findall(" ".join((self.reason, *(measure.sql for measure in self.measures)))))

    def rule(self) -> str:
        """The SELECT over `conduct as c` that gives (account_key, factor, family, points, reason)."""
        points = " + ".join(measure.points_sql() for measure in self.measures)
        return (
            f"select c.account_key, '{self.name}' as factor, '{self.family}' as family, {points} as points, "
            f"{self.reason} as reason from conduct as c"
        )

    def _faults(self) -> list[str]:
        found = [] if _NAME.match(self.name) else ["has a name other than small letters, digits and hyphens"]
        if unknown := sorted(self.reads() - CONDUCT.keys()):
            found.append(f"reads {', '.join(unknown)}, which is no column of `conduct`")
        if any(not _rises(measure.steps) for measure in self.measures):
            found.append("has steps that do not rise from above 0")
        if not self.measures or not self.rising or not self.nothing:
            found.append("lacks a measure or an example")
        return found


def _rises(steps: tuple[Step, ...]) -> bool:
    upward = all(low.at_least < high.at_least and low.points <= high.points for low, high in pairwise(steps))
    return bool(steps) and steps[0].at_least > 0 and steps[0].points >= 0 and upward


FACTORS: Registry[Factor] = Registry("factor", package="leadline.stages.priority.plugins", group="leadline.factors")


@dataclass(frozen=True)
class Weights:
    """The table of points, as `weights.csv` has it; all points are thousandths."""

    start: int
    levels: Mapping[str, int]
    """The score from which on a candidate has this level."""
    caps: Mapping[str, int]
    """The most that the factors of a family give together."""
    steps: Mapping[tuple[str, str], tuple[Step, ...]]
    """By factor and measure."""


@cache
def weights() -> Weights:
    """The built-in table of points."""
    rows = _table("weights.csv")
    named = {row["subject"]: row for row in rows}
    steps: dict[tuple[str, str], tuple[Step, ...]] = {}
    for row in rows:
        key = (row["subject"], row["measure"])
        steps[key] = (*steps.get(key, ()), Step(int(row["at_least"]), int(row["points"])))
    return Weights(
        start=int(named["start"]["points"]),
        levels={name[6:]: int(row["at_least"]) for name, row in named.items() if name.startswith("level:")},
        caps={name[4:]: int(row["points"]) for name, row in named.items() if name.startswith("cap:")},
        steps={key: value for key, value in steps.items() if key[1]},
    )


@cache
def check_values() -> dict[str, int]:
    """The documented limits of the checks, by name, from `checks.csv`."""
    return {row["name"]: int(row["value"]) for row in _table("checks.csv")}


def automated_clients() -> str:
    """RE2 pattern of user agents, in small letters, that say they are a program without a person."""
    return _clients(("begins", "ends", "anywhere"))


def device_clients() -> str:
    """RE2 pattern of user agents, in small letters, that only look like it: the name of a device says so."""
    return _clients(("never",))


@cache
def _clients(ways: tuple[str, ...]) -> str:
    said = []
    for row in _table("clients.csv"):
        word = re.sub(r"([^a-z0-9/-])", r"\\\1", row["word"])
        before = "" if row["matches"] == "begins" else "[^\\n]*"
        after = "(?:[^a-z][^\\n]*)?" if row["matches"] == "ends" else "[^\\n]*"
        said += [f"{before}{word}{after}"] if row["matches"] in ways else []
    return "|".join(said)


def _table(name: str) -> list[dict[str, str]]:
    text = files("leadline.stages.priority").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
