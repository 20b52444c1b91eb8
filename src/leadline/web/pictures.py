"""Pictures as plain numbers for SVG: bars of a waterfall, an activity strip, a line through time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from leadline.web.shown import instant_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH = 1000
"""Width of every time picture, in its own units."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MOST_MONTH_NAMES = 12
LANES = (("viewed", "view"), ("downloaded", "download"), ("added", "upload"), ("other", ""))
"""Rows of an activity strip, and the action that each holds."""


@dataclass(frozen=True)
class Step:
    """One bar of a waterfall; `x` and `width` are shares of the whole in a hundred."""

    kind: str
    name: str
    says: str
    points: int
    total: int
    x: str
    width: str


def waterfall(start: int, reasons: Sequence[Mapping[str, Any]]) -> list[Step]:
    """The start, each reason and the score as bars that begin where the one before ended; points in thousandths."""
    score = start + sum(reason["points"] for reason in reasons)
    whole = max(1, score, start)
    steps = [_step("start", "Start", "every candidate has at least one relevant access", start, start, 0, whole)]
    total = start
    for reason in reasons:
        total += reason["points"]
        low = min(total, total - reason["points"])
        steps.append(_step("points", reason["factor"], reason["reason"], reason["points"], total, low, whole))
    steps.append(_step("sum", "Score", "", score, score, 0, whole))
    return steps


def _step(kind: str, name: str, says: str, points: int, total: int, low: int, whole: int) -> Step:
    return Step(kind, name, says, points, total, f"{100 * low / whole:.2f}", f"{100 * abs(points) / whole:.2f}")


def weights_of_evidence(parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The evidence of a link as bars left and right of its zero; bits."""
    low = min([0.0, *(min(part["sum"], part["sum"] - part["bits"]) for part in parts)])
    high = max([0.0, *(max(part["sum"], part["sum"] - part["bits"]) for part in parts)])
    whole = (high - low) or 1.0
    bars = []
    for part in parts:
        left = min(part["sum"], part["sum"] - part["bits"])
        bars.append(
            {**part, "x": f"{100 * (left - low) / whole:.2f}", "width": f"{100 * abs(part['bits']) / whole:.2f}",
             "zero": f"{100 * -low / whole:.2f}", "against": part["bits"] < 0}
        )  # fmt: skip
    return bars


def lane_of(action: str) -> str:
    """The row of the strip in which an action stands."""
    return next((lane for lane, holds in LANES if holds == action), "other")


def activity_strip(lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Successful accesses and attempts by UTC day: ticks for four rows, month marks, and the same as a table."""
    days: dict[date, dict[str, int]] = {}
    for line in lines:
        moment = instant_of(line["accessed_at"])
        if moment is not None:
            row = days.setdefault(moment.date(), dict.fromkeys((lane for lane, _ in LANES), 0))
            row[lane_of(line["action"])] += 1
    if not days:
        return {"lanes": [], "months": [], "days": []}
    span = Span(min(days), max(days))
    lanes = [
        {"name": lane, "y": 26 * place, "ticks": [span.x(day) for day, row in sorted(days.items()) if row[lane]],
         "count": sum(row[lane] for row in days.values())}
        for place, (lane, _) in enumerate(LANES)
    ]  # fmt: skip
    table = [{"day": day, **row} for day, row in sorted(days.items())]
    return {"lanes": lanes, "months": span.months(), "days": table, "height": 26 * len(LANES) + 18}


class Span:
    """Days from one to another on a line of :data:`WIDTH`."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.days = first, max(1, (last - first).days)
        self.last = last

    def x(self, day: date) -> str:
        """Where a day stands."""
        return f"{(WIDTH - 8) * (day - self.first).days / self.days + 2:.1f}"

    def months(self) -> list[dict[str, str]]:
        """Where months begin, with their names; the year with the first and with each January."""
        firsts = [day for day in self._firsts() if self.first <= day <= self.last]
        every = -(-len(firsts) // _MOST_MONTH_NAMES) if firsts else 1
        return [
            {
                "x": self.x(day),
                "name": _MONTHS[day.month - 1] + (f" {day.year}" if place == 0 or day.month == 1 else ""),
            }
            for place, day in enumerate(firsts)
            if place % every == 0
        ]

    def _firsts(self) -> list[date]:
        day, found = self.first.replace(day=1), []
        while day <= self.last:
            found.append(day)
            day = (day + timedelta(days=32)).replace(day=1)
        return found


def line_through(days: Sequence[Mapping[str, Any]], column: str, *, height: int = 140) -> dict[str, Any]:
    """One whole number a day as a stepped line and the area below: SVG path data, month marks, the greatest value."""
    if not days:
        return {"line": "", "area": "", "months": [], "greatest": 0, "height": height}
    stated = [(_day(row["day"]), int(row[column])) for row in days]
    span = Span(stated[0][0], stated[-1][0])
    greatest = max(1, *(value for _, value in stated))
    points: list[str] = []
    for day, value in stated:
        y = f"{height - (height - 14) * value / greatest:.1f}"
        points.append(f"{'H' if points else 'M'}{span.x(day)}{'V' if points else ','}{y}")
    line = "".join(points)
    return {
        "line": line, "area": f"{line}V{height}H{span.x(span.first)}Z", "months": span.months(),
        "greatest": max(value for _, value in stated), "height": height,
    }  # fmt: skip


def _day(value: object) -> date:
    if isinstance(value, datetime):
        return value.astimezone(UTC).date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def shares(rows: Sequence[tuple[str, Sequence[int]]]) -> list[dict[str, Any]]:
    """Stacked bars: for each name and its counts, `parts` with `x` and `width` of a hundred of the largest row."""
    largest = max([1, *(sum(counts) for _, counts in rows)])
    drawn = []
    for name, counts in rows:
        parts, left = [], 0
        for place, count in enumerate(counts):
            parts.append(
                {
                    "place": place,
                    "count": count,
                    "x": f"{100 * left / largest:.2f}",
                    "width": f"{100 * count / largest:.2f}",
                }
            )
            left += count
        drawn.append({"name": name, "parts": parts, "sum": left})
    return drawn
