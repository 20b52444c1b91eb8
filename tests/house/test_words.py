"""The house's own words stand in code, rules and pages; slurs and empty names stand nowhere."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from tests.house import tree, words

OWN = {"tests/house/words.py", "tests/house/test_words.py", "docs/vocabulary.md"}
"""Files that must name what is not said."""

BAD = [(rule, line) for rule in words.RULES for line in rule.bad]
GOOD = [(rule, line) for rule in words.RULES for line in rule.good]


@pytest.mark.parametrize(("rule", "line"), BAD, ids=[line for _, line in BAD])
def test_a_word_we_do_not_use_is_found(rule: words.WordRule, line: str) -> None:
    assert rule.breaks(line)


@pytest.mark.parametrize(("rule", "line"), GOOD, ids=[line for _, line in GOOD])
def test_a_word_we_do_use_is_left_alone(rule: words.WordRule, line: str) -> None:
    assert not rule.breaks(line)


@pytest.mark.parametrize("rule", words.RULES, ids=[rule.instead[:40] for rule in words.RULES])
def test_no_file_says_what_we_do_not_say(rule: words.WordRule) -> None:
    found = [
        f"{path}:{number}: {line.strip()[:100]}"
        for path in tree.files()
        if rule.is_for(path) and path not in OWN
        for number, line in enumerate(tree.lines(path), start=1)
        if rule.breaks(line)
    ]
    assert not found, f"say instead: {rule.instead}\n" + "\n".join(found)


def test_unspoken_words_stand_nowhere() -> None:
    found = [
        f"{path}:{number}"
        for path in tree.files()
        if path != "requirements.lock"
        for number, line in enumerate(tree.lines(path), start=1)
        if words.unspoken(line)
    ]
    assert not found, "these lines hold a word that stands nowhere in Leadline:\n" + "\n".join(found)


def test_an_unspoken_word_is_found_in_any_spelling() -> None:
    spelled = bytes([108, 111, 108, 105, 116, 97]).decode()
    assert all(words.unspoken(line) for line in (spelled, spelled.upper(), f"x_{spelled}_y", f"is{spelled.title()}"))
    assert not words.unspoken("the cache lists an object of a category")


def test_no_module_or_folder_has_a_name_that_says_nothing() -> None:
    found = [
        path for path in tree.files() if words.NEVER_ROOMS & {PurePath(part).stem for part in PurePath(path).parts}
    ]
    assert not found, "name these after what they are for: " + ", ".join(found)
