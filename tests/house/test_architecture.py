"""ARCHITECTURE.md has a sentence for every room, and names no room that is not there."""

from __future__ import annotations

import re

from tests.house.tree import ROOT, SOURCE

TEXT = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
NAMED = {
    name for line in re.findall(r"^- (`[^:]+): ?\S", TEXT, re.MULTILINE) for name in re.findall(r"`([^`]+)`", line)
}


def folders() -> list[str]:
    """Every folder below src/leadline that holds a file, with the inner folders of a stage under one name."""
    found = {path.parent.relative_to(SOURCE) for path in SOURCE.rglob("*") if path.suffix in {".py", ".sql", ".csv"}}
    spelled = {f"{folder}/" for folder in found if str(folder) != "." and "__pycache__" not in folder.parts}
    return sorted(re.sub(r"^stages/\w+/(rules|plugins)/", r"stages/*/\1/", name) for name in spelled)


def test_every_folder_has_a_sentence() -> None:
    assert [folder for folder in folders() if folder not in NAMED] == []


def test_every_file_at_the_top_has_a_sentence() -> None:
    files = [path.name for path in SOURCE.glob("*.py") if path.name != "__init__.py"]
    assert [name for name in files if name not in NAMED] == []


def test_a_folder_without_a_sentence_would_be_found() -> None:
    assert "facts/" in NAMED
    assert "annex/" not in NAMED


def test_no_sentence_is_about_a_room_that_is_not_there() -> None:
    rooms = [name for name in NAMED if name.endswith(("/", ".py")) and "*" not in name]
    assert [name for name in rooms if not (SOURCE / name).exists()] == []
