"""What a log format promises, and the registry of the formats there are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from leadline.reading.detection import recognise_fields, recognise_objects, unzoned_values
from leadline.reading.layouts import FieldsLayout, Layout, ObjectLayout, PatternLayout
from leadline.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Example:
    """A line that a format reads (``reads``: our column → value as text) or refuses (``reason``).

    Readable examples ask for paths below ``/o/``; the object is what follows. ``header`` stands before the line.
    """

    line: str
    reads: Mapping[str, str | int | None] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True)
class LogFormat:
    """One log format: how its lines are laid out, how it writes time, and examples that it must read or refuse."""

    name: str
    layout: Layout
    times: str
    """`clf` or `iso` (both with a zone), `any` (ISO, CLF or whole numbers since 1970; the zone may be missing), `clock`
    (date and time of day without a zone, which is UTC by the format's own definition unless `tip.toml` names one)."""
    reads: tuple[Example, ...]
    rejects: tuple[Example, ...]
    header: str = ""
    """Lines that stand before the examples."""
    example_columns: Mapping[str, str] = field(default_factory=dict)
    """The mapping of columns under which the examples are read."""
    absolute_targets: bool = False
    """Requests name scheme and host before the path; these are no part of the path."""
    marks: tuple[str, ...] = ()
    """Texts that stand in the header or the lines of this format and of no other."""
    beats: int = 0
    """Added to the score where a line of another format would do as well; below 10."""

    @property
    def proves_zone(self) -> bool:
        """Whether lines or definition say the zone always."""
        return self.times != "any"

    def recognises(self, sample: Sequence[str]) -> int:
        """How surely these first lines (without line ends) are of this format: 0 (not) to 100."""
        lines = [line.removeprefix("\ufeff") for line in sample if line.strip()]
        if not lines or not all(any(mark in line for line in lines) for mark in self.marks):
            return 0
        if isinstance(self.layout, PatternLayout):
            score = 90 * sum(bool(self._whole_line.fullmatch(line)) for line in lines) // len(lines)
        elif isinstance(self.layout, FieldsLayout):
            score = recognise_fields(self.layout, lines)
        else:
            score = recognise_objects(self.layout, lines)
        return min(100, score + self.beats) if score else 0

    def needs_zone(self, sample: Sequence[str], columns: Mapping[str, str]) -> bool:
        """Whether some line names a time without a zone, so that `tip.toml` must name it.

        ``columns`` maps their column names to ours.
        """
        if self.proves_zone or isinstance(self.layout, PatternLayout):
            return False
        return unzoned_values(self.layout, [line.removeprefix("\ufeff") for line in sample], columns)

    @cached_property
    def _whole_line(self) -> re.Pattern[str]:
        if not isinstance(self.layout, PatternLayout):
            raise TypeError(f"{self.name} has no pattern")
        return re.compile(self.layout.pattern(()).removeprefix("^").removesuffix("$"), re.ASCII)


LOG_FORMATS: Registry[LogFormat] = Registry(
    "log format", package="leadline.stages.accesses.plugins", group="leadline.log_formats"
)
"""Every log format that can be read."""

__all__ = ["LOG_FORMATS", "Example", "FieldsLayout", "LogFormat", "ObjectLayout", "PatternLayout"]
