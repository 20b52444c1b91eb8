"""Which candidates of a run a list shows, and in which order: closed words, read from a URL and written back to one."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from leadline.casefile.wording import folded
from leadline.errors import WrongUsage
from leadline.vocabulary.scales import Certainty, Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ABSTAINED = "-"
"""Stands for "no jurisdiction" among the jurisdictions."""
ORDERS = ("rank", "expiry", "recent")
"""The order of work; soonest loss of evidence first; latest access first."""
LEADS = ("any", "without", "with")
"""Whether there is a lead on the account already."""
LONGEST_TEXT = 200
_STAGES = ("S0", "S1", "S2", "S3")
_CODE = re.compile(r"([A-Z]{2}|-)\Z", re.ASCII)
_CAVEAT = re.compile(r"[a-z-]{1,40}\Z", re.ASCII)


@dataclass(frozen=True)
class Filter:
    """Empty fields ask for nothing; several words in one field mean any of them."""

    level: tuple[str, ...] = ()
    holder_certainty: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    jurisdiction: tuple[str, ...] = ()
    caveat: str = ""
    text: str = ""
    """Part of an account key, in any case."""
    expires_by: date | None = None
    """Evidence is lost on this day or before; an unknown expiry is not among them."""
    leads: str = "any"
    order: str = "rank"

    @classmethod
    def read(cls, stated: Mapping[str, Sequence[str]]) -> Self:
        """The filter that the words of a URL state (`QueryDict.lists()` as a mapping); names that are not ours are
        left alone. :class:`WrongUsage` names the first word that is none of its list.
        """
        expires = _last(stated, "expires_by")
        return cls(
            level=_words(stated, "level", tuple(Level)),
            holder_certainty=_words(stated, "holder_certainty", tuple(Certainty)),
            stage=_words(stated, "stage", _STAGES),
            jurisdiction=tuple(
                sorted({_matching(_CODE, code, "jurisdiction") for code in stated.get("jurisdiction", ())})
            ),
            caveat=_matching(_CAVEAT, _last(stated, "caveat"), "caveat") if _last(stated, "caveat") else "",
            text=folded(_last(stated, "text").strip().replace("\x00", ""))[:LONGEST_TEXT],
            expires_by=_day(expires) if expires else None,
            leads=_one(stated, "leads", LEADS),
            order=_one(stated, "order", ORDERS),
        )

    def words(self) -> dict[str, list[str]]:
        """The words of a URL that state this filter, without those that ask for nothing."""
        found: dict[str, list[str]] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value and value != field.default:
                found[field.name] = list(value) if isinstance(value, tuple) else [str(value)]
        return found

    def wording(self) -> dict[str, str]:
        """The same as :meth:`words`, one text a field, for the record of a selection."""
        return {name: ",".join(words) for name, words in self.words().items()}

    def without(self, name: str) -> Self:
        """The same filter with one field asking for nothing."""
        changed: dict[str, Any] = {field.name: field.default for field in fields(self) if field.name == name}
        return replace(self, **changed)

    @property
    def by_cells_alone(self) -> bool:
        """Whether only those fields ask for something that are counted beforehand."""
        return not self.caveat and not self.text and self.expires_by is None and self.leads == "any"


def _words(stated: Mapping[str, Sequence[str]], name: str, known: Iterable[str]) -> tuple[str, ...]:
    given, order = set(stated.get(name, ())), [str(word) for word in known]
    _refuse_unknown(name, given - set(order), order)
    return tuple(word for word in order if word in given)


def _one(stated: Mapping[str, Sequence[str]], name: str, known: Sequence[str]) -> str:
    word = _last(stated, name) or known[0]
    _refuse_unknown(name, {word} - set(known), known)
    return word


def _refuse_unknown(name: str, unknown: set[str], known: Sequence[str]) -> None:
    if unknown:
        raise WrongUsage(f"there is no {name} {min(unknown)!r}.", advice=f"Known: {', '.join(known)}.")


def _last(stated: Mapping[str, Sequence[str]], name: str) -> str:
    given = stated.get(name, ())
    return given[-1] if given else ""


def _matching(pattern: re.Pattern[str], word: str, name: str) -> str:
    if not pattern.match(word):
        raise WrongUsage(f"{word!r} is no {name}.", advice="Choose it from the list.")
    return word


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise WrongUsage(f"{written!r} is no date.", advice="Write it as YYYY-MM-DD.") from error
