"""The page of drills says what was measured, on which commit, and whether all of it passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.drill_report import figures, main, report

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_figure_that_a_drill_notes_is_on_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    noted = tmp_path / "figures.jsonl"
    monkeypatch.setenv("LEADLINE_DRILL_FIGURES", str(noted))
    note = request.getfixturevalue("drill_figure")
    note("processes killed", 200, unit="moments")
    main([str(noted), str(tmp_path / "drills.md")])
    page = (tmp_path / "drills.md").read_text()
    assert f"| {request.node.name} | processes killed | 200 moments |" in page
    assert "all drills passed" in page


def test_a_drill_that_failed_is_called_so() -> None:
    assert "NOT passed (exit code 1)" in report([], status=1, commit="abc")


def test_without_figures_the_page_says_that_there_are_none(tmp_path: Path) -> None:
    assert "no drill noted a figure" in report(figures(tmp_path / "absent"), status=0, commit="abc")
