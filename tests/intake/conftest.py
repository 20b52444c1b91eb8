"""A workspace and a way to be refused, for all tests of intake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from leadline.errors import InputRefused
from leadline.stages.intake.receive import receive
from tests.intake.bundles import entries_of, make_workspace, nothing_kept

if TYPE_CHECKING:
    from pathlib import Path


class Refusing(Protocol):
    """Receive a bundle that must be refused; the sentence and the code come back."""

    def __call__(self, bundle: Path, **options: object) -> tuple[str, str]: ...


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return make_workspace(tmp_path / "workspace")


@pytest.fixture
def refused(workspace: Path) -> Refusing:
    def refusing(bundle: Path, **options: object) -> tuple[str, str]:
        before = len(entries_of(workspace))
        with pytest.raises(InputRefused) as caught:
            receive(workspace, bundle, **options)  # type: ignore[arg-type]
        assert caught.value.exit_code == 3
        assert caught.value.advice or "\n" in caught.value.message
        trace = nothing_kept(workspace, before)
        return str(caught.value), str(trace["code"])

    return refusing
