"""A stranger's hash-set format is loaded where the settings of the workspace allow its distribution, and only there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from leadline.cli.main import run
from leadline.reference.hashsets.contract import FORMATS
from leadline.reference.hashsets.store import editions

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


@dataclass
class Distribution:
    name: str = "a-strangers-readers"


@dataclass
class Point:
    plugin: Any
    dist: Distribution

    def load(self) -> Any:
        return self.plugin


def test_a_strangers_format_reads_a_set_once_it_is_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    strange = replace(FORMATS.get("list"), name="strange")
    monkeypatch.setattr(FORMATS, "_found", {name: FORMATS.get(name) for name in FORMATS.names()})
    monkeypatch.setattr(FORMATS, "_origin", {name: FORMATS.origin(name) for name in FORMATS.names()})
    points = {"leadline.hash_sets": [Point(strange, Distribution())]}
    monkeypatch.setattr("leadline.registry.entry_points", lambda group: points.get(group, []))
    listed, workspace = tmp_path / "set.txt", tmp_path / "workspace"
    listed.write_text("0123456789abcdef0123456789abcdef\n")
    where = ("--workspace", str(workspace))
    add = ("reference", "add", "hashset", str(listed), "--kind", "strange", "--as-of", "2026-01-01")
    named = ("--authority", "order 17", "--name", "one", "--key-file", str(tmp_path / "key"))
    assert run(["init", str(workspace)]) == 0
    assert run([*where, *add, *named]) == 2
    assert run([*where, "set", "plugins", "a-strangers-readers"]) == 0
    assert run([*where, *add, *named]) == 0
    assert [held.kind for held in editions(workspace)] == ["strange"]
