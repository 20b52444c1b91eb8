"""How content may be handled, as a grammar that fails closed: what is not plainly allowed may not leave.

Sources: TLP 2.0 (FIRST, August 2022); PAP (MISP taxonomy, version 3); handling codes H0 to H3 and the 4×4 evaluation
(Regulation (EU) 2016/794 Article 29 and the Council papers on it). TLP is no classification and says nothing about
encryption. A marking that cannot be read is an error, never a default.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Self, TypeVar

from leadline.errors import InputRefused, LeadlineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Tlp(StrEnum):
    """Traffic Light Protocol 2.0, the freest first."""

    CLEAR = "TLP:CLEAR"
    GREEN = "TLP:GREEN"
    AMBER = "TLP:AMBER"
    AMBER_STRICT = "TLP:AMBER+STRICT"
    RED = "TLP:RED"


class Pap(StrEnum):
    """Permissible Actions Protocol, the freest first: what may be done that the account holder could notice."""

    CLEAR = "PAP:CLEAR"
    GREEN = "PAP:GREEN"
    AMBER = "PAP:AMBER"
    RED = "PAP:RED"


class HandlingCode(StrEnum):
    """Europol handling codes; H1 to H3 may stand together, H0 stands alone."""

    H0 = "H0"
    """Only to prevent and combat crime, under the Regulation."""
    H1 = "H1"
    """Not in judicial proceedings without the permission of who provided it."""
    H2 = "H2"
    """Not passed on without the permission of who provided it."""
    H3 = "H3"
    """Other restrictions, which the text states."""


class Subject(StrEnum):
    """What a person is in this content; nobody is more than an account holder until an outcome says so."""

    ACCOUNT_HOLDER = "account-holder"
    IN_PROCEEDINGS = "in-proceedings"
    """An outcome says so: arrested, charged or convicted."""
    CONTACT = "contact"
    WITNESS = "witness"
    INJURED = "injured-party"
    CLEARED = "cleared"


_EVALUATION = re.compile(r"[ABCX][1-4]\Z", re.ASCII)
_AGENCY = re.compile(r"[A-Z][A-Z0-9-]{1,31}\Z", re.ASCII)
_KEYS = frozenset(
    {"authority", "codes", "evaluation", "originator", "pap", "release_to", "restrictions", "subjects", "tlp"}
)
_OLD_NAMES = {"TLP:WHITE": "TLP:CLEAR", "PAP:WHITE": "PAP:CLEAR"}
"""Labels of earlier versions, read as what replaced them."""
_TLP_ORDER = tuple(Tlp)
_PAP_ORDER = tuple(Pap)
_NEEDS_A_NAME = (Tlp.RED,)
"""Markings under which only recipients that are named may have the content."""


class MarkedAbove(LeadlineError):
    """Content is marked above what its recipient may have; no package with it can be built."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Handling:
    """The marking of one piece of content, whole or it is none."""

    tlp: Tlp
    pap: Pap
    codes: frozenset[HandlingCode]
    evaluation: str
    """Source A, B, C or X and information 1 to 4: `B2`."""
    authority: str
    """The order, section or request under which it is held and passed on, in words."""
    originator: str
    """Code of the agency whose content it is."""
    restrictions: str = ""
    """The text of H3; empty without H3."""
    subjects: frozenset[Subject] = frozenset({Subject.ACCOUNT_HOLDER})
    release_to: frozenset[str] = field(default_factory=frozenset)
    """Agencies that the originator named: nobody else where TLP, H2 or the third-party rule asks for a name."""

    def __post_init__(self) -> None:
        _refuse(not self.codes, "handling code", "none", "Write H0, or H1 to H3 joined by +.")
        _refuse(HandlingCode.H0 in self.codes and len(self.codes) > 1, "set of handling codes", self.words_of_codes())
        _refuse((HandlingCode.H3 in self.codes) != bool(self.restrictions.strip()), "restriction", self.restrictions)
        _refuse(not _EVALUATION.match(self.evaluation), "evaluation", self.evaluation, "Write A, B, C or X and 1 to 4.")
        _refuse(not self.authority.strip(), "authority", self.authority, "Name the order or section.")
        _refuse(not self.subjects, "category of data subjects", "none")
        for code in (self.originator, *self.release_to):
            _refuse(not _AGENCY.match(code), "code of an agency", code)

    def words_of_codes(self) -> str:
        """`H1+H3`: the handling codes in order."""
        return "+".join(sorted(self.codes))

    def to_json(self) -> dict[str, object]:
        """Plain values with sorted lists; :meth:`from_json` reads exactly these keys."""
        return {
            "authority": self.authority,
            "codes": sorted(self.codes),
            "evaluation": self.evaluation,
            "originator": self.originator,
            "pap": str(self.pap),
            "release_to": sorted(self.release_to),
            "restrictions": self.restrictions,
            "subjects": sorted(self.subjects),
            "tlp": str(self.tlp),
        }

    @classmethod
    def from_json(cls, stated: Mapping[str, object]) -> Self:
        """Read a marking; :class:`InputRefused` for a key too many, a key too few or a value that is none."""
        known = {
            "authority",
            "codes",
            "evaluation",
            "originator",
            "pap",
            "release_to",
            "restrictions",
            "subjects",
            "tlp",
        }
        _refuse(set(stated) != known, "marking", ", ".join(sorted(set(stated) ^ known)) or "empty")
        return cls(
            tlp=parse_tlp(_text(stated["tlp"])),
            pap=parse_pap(_text(stated["pap"])),
            codes=frozenset(_member(HandlingCode, item) for item in _texts(stated["codes"])),
            evaluation=_text(stated["evaluation"]),
            authority=_text(stated["authority"]),
            originator=_text(stated["originator"]),
            restrictions=_text(stated["restrictions"]),
            subjects=frozenset(_member(Subject, item) for item in _texts(stated["subjects"])),
            release_to=frozenset(_texts(stated["release_to"])),
        )


@dataclass(frozen=True, slots=True)
class Clearance:
    """What one recipient may have; the default allows nothing that carries any restriction."""

    agency: str
    tlp: Tlp = Tlp.CLEAR
    """The strictest label that the recipient has undertaken to keep."""
    pap: Pap = Pap.CLEAR
    codes: frozenset[HandlingCode] = frozenset()
    """Handling codes that it has undertaken to keep; H3 is agreed to text by text (``restrictions``)."""
    restrictions: frozenset[str] = frozenset()
    subjects: frozenset[Subject] = frozenset()


def refusals(content: Handling, recipient: Clearance, *, sender: str) -> tuple[str, ...]:
    """Why ``recipient`` may not have ``content`` from ``sender``; empty where nothing stands against it."""
    named = recipient.agency in content.release_to or recipient.agency == content.originator
    found = [
        (_TLP_ORDER.index(content.tlp) > _TLP_ORDER.index(recipient.tlp), f"{content.tlp} is above {recipient.tlp}"),
        (_PAP_ORDER.index(content.pap) > _PAP_ORDER.index(recipient.pap), f"{content.pap} is above {recipient.pap}"),
        (content.tlp in _NEEDS_A_NAME and not named, f"{content.tlp} is for named recipients only"),
        (HandlingCode.H2 in content.codes and not named, "H2 and the originator has not named the recipient"),
        (content.originator != sender and not named, f"third-party rule: {content.originator} has not released it"),
    ]
    found += [(code not in recipient.codes, f"{code} is not undertaken") for code in sorted(content.codes)]
    found += [(item not in recipient.subjects, f"data on a {item} are not agreed") for item in sorted(content.subjects)]
    if content.restrictions:
        found.append((content.restrictions not in recipient.restrictions, "the restriction of H3 is not agreed to"))
    return tuple(reason for refused, reason in found if refused)


def refuse_above(contents: Iterable[tuple[str, Handling]], recipient: Clearance, *, sender: str) -> None:
    """:class:`MarkedAbove`, naming the first piece, unless the recipient may have all of them."""
    for name, content in contents:
        reasons = refusals(content, recipient, sender=sender)
        if reasons:
            raise MarkedAbove(
                f"{name} is marked above what {recipient.agency} may have: {'; '.join(reasons)}.",
                advice="Leave it out, or have its originator release it to this recipient.",
            )


def strictest(markings: Iterable[Handling], *, sender: str) -> Handling:
    """The marking of a whole, at least as strict as that of each part.

    :class:`InputRefused` for no part, for parts of more than one originator beside the sender, and for parts of one
    that the sender's own, which go to named recipients only, do not name: one label could not say who released what.
    """
    parts = tuple(markings)
    _refuse(not parts, "marking", "none")
    others = sorted({part.originator for part in parts} - {sender})
    _refuse(len(others) > 1, "single originator", ", ".join(others), "Make one package for each originator.")
    codes = frozenset[HandlingCode]().union(*(part.codes for part in parts))
    tlp = max((part.tlp for part in parts), key=_TLP_ORDER.index)
    named = frozenset.intersection(*(part.release_to | {part.originator} for part in parts))
    # The label of the whole would name its originator, whom a part of the sender's own does not name.
    _refuse(
        bool(others) and others[0] not in named and (tlp in _NEEDS_A_NAME or HandlingCode.H2 in codes),
        "single originator",
        f"{others[0] if others else ''}, {sender}",
        "Name the originator in every part, or make a package of each one's content.",
    )
    return Handling(
        tlp=tlp,
        pap=max((part.pap for part in parts), key=_PAP_ORDER.index),
        codes=codes - {HandlingCode.H0} or codes,
        evaluation=max(part.evaluation[0] for part in parts) + max(part.evaluation[1] for part in parts),
        authority="; ".join(sorted({part.authority for part in parts})),
        originator=others[0] if others else sender,
        restrictions="; ".join(sorted({part.restrictions for part in parts} - {""})),
        subjects=frozenset[Subject]().union(*(part.subjects for part in parts)),
        release_to=named,
    )


def parse_tlp(text: str) -> Tlp:
    """`TLP:AMBER+STRICT` and the like, in capitals and without spaces as FIRST writes them."""
    return _member(Tlp, _OLD_NAMES.get(text, text))


def parse_pap(text: str) -> Pap:
    """`PAP:GREEN` and the like."""
    return _member(Pap, _OLD_NAMES.get(text, text))


def parse_codes(text: str) -> frozenset[HandlingCode]:
    """`H0`, or `H1+H3` and the like."""
    return frozenset(_member(HandlingCode, part) for part in text.split("+"))


E_ = TypeVar("E_", bound=StrEnum)


def _member(kind: type[E_], text: str) -> E_:
    try:
        return kind(text)
    except ValueError as error:
        raise InputRefused(
            f"{text!r} is no marking that Leadline knows.", advice=f"Known: {', '.join(kind)}."
        ) from error


def _text(value: object) -> str:
    _refuse(not isinstance(value, str), "text", repr(value))
    return str(value)


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise InputRefused(f"{value!r} is no list.", advice="Write the marking whole.")
    return tuple(_text(item) for item in value)


def _refuse(wrong: bool, what: str, value: str, advice: str = "Write the marking whole.") -> None:  # noqa: FBT001
    if wrong:
        raise InputRefused(f"{value!r} is no {what}.", advice=advice)
