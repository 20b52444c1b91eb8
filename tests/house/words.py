"""The words the house does not use, each with what to say instead and lines that prove the rule."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

NEVER_ROOMS = frozenset({"utils", "util", "helpers", "helper", "common", "misc", "core", "manager", "lib", "tools"})
"""Names that say nothing about what a module or folder is for."""

# First 12 hexadecimal digits of the SHA-256 of words that stand nowhere in this repository, not even here.
_UNSPOKEN = frozenset(
    """
    0033728f0fbc 09cc1b93ceee 0ca50e9a5e1f 12a667c9be6f 1b3703ad4f74 2d7ecc2d011f 3011afcf6014
    3ef0b158edbf 59cc3cb8a429 5af6e7f08d4b 6577be775299 6672b930d5d0 6ef9d9fd4a04 7f5a9ba14cb8
    82e695c9e75f 867d78976655 8c5c04391361 98d44e13f455 a36860651495 a6ee0e6b8b6a a76d588d0047
    ab26f6966ee3 acf45488978d b64608345c88 bd02fbb1f473 d7d34a40733b d92f4cf1e2d7 dd32831e9d5f
    e1b73076698c e683679358a5 ebc98c1efce2 ebec03d80c0d
    """.split()  # noqa: SIM905
)


def apart(line: str) -> str:
    """The line with the words of CamelCase names set apart."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", line)


@dataclass(frozen=True)
class WordRule:
    """A pattern that must not match any line of the files it is for."""

    pattern: str
    instead: str
    bad: tuple[str, ...]
    good: tuple[str, ...]
    files: str = r".*"

    def breaks(self, line: str) -> bool:
        return any(re.search(self.pattern, spelled) for spelled in (line, apart(line)))

    def is_for(self, path: str) -> bool:
        return re.fullmatch(self.files, path) is not None


RULES = (
    WordRule(
        r"(?i)(?<![a-z])(suspects?|suspected|offenders?|perpetrators?|culprits?|criminals)(?![a-z])",
        "an account holder, until an outcome says otherwise",
        bad=(
            "each suspect is ranked",
            "offender_key = 1",
            "class SuspectRow:",
            "known offenders",
            "isSuspect",
            "SUSPECTS",
        ),
        good=("each account holder", "the account's holder", "perspective", "suspend the run", "Criminal Code, s. 1"),
    ),
    WordRule(
        r"(?i)(?<!os )(?<![a-z])users?(?![a-z]|[-_ ]?agents?\b|[-_]id\b|[-_]?name\b)|(?i:\bclass user)",
        "account, account holder; analyst, approver, auditor for our own people; `OS user` for a login of the machine",
        bad=("select u.user_key", "the users of the cache", "class UserRow:", "for user in accounts:"),
        good=("user_agent", "the OS user", "user agent strings", "user_id = 'account_key'", "cs-username", "getuser()"),
        files=r"src/.*\.sql|docs/.*\.md|(README|ARCHITECTURE|SECURITY)\.md",
    ),
    WordRule(
        r"(?i)(black|white)[-_ ]?list",
        "a hash set; an allow-list",
        bad=("the blacklist", "white_list", "Whitelisted"),
        good=("a listing of the cache", "allow-list"),
    ),
    WordRule(
        r"(?i)\bguilty\b|\bred[-_ ]flags?\b|\brisk[-_ ]scores?\b",
        "priority points: an order of work, no measure of guilt; a reason or a doubt",
        bad=("found guilty", "three red flags", "risk_score"),
        good=("no measure of guilt", "a flag on the row", "score"),
    ),
    WordRule(
        r"(?i)tamper[- ]?proof|court[- ]?proof|unforgeable",
        "tamper-evident",
        bad=("a tamper-proof log", "tamperproof"),
        good=("a tamper-evident log",),
    ),
    WordRule(
        r"^\s*class (Alert|Customer|Artifact|Behaviou?r|Blacklist|Detection|Duplicate|Feature|Location|Ring|Severity"
        r"|Target|Usage|User|Warrant)(Row|s)?\b",
        "the noun of docs/vocabulary.md",
        bad=("class UserRow(Fact):", "class Severity(StrEnum):", "class Location:"),
        good=("class JurisdictionRow(Fact):", "class Category(StrEnum):"),
        files=r"src/.*\.py",
    ),
)


def unspoken(line: str) -> bool:
    """Whether a line holds a word that is not to stand anywhere."""
    words = re.findall(r"[a-z]+", apart(line).lower())
    return any(hashlib.sha256(word.encode()).hexdigest()[:12] in _UNSPOKEN for word in words)
