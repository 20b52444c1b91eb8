"""What every test stands on: no network, no settings of the machine, samples where there are any."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Callable

_KEPT = {"LEADLINE_SAMPLES", "LEADLINE_DRILL_FIGURES"}
_REPOSITORY = Path(__file__).resolve().parent.parent


# Without deadlines, for a busy machine must not fail a test; the same examples each time, but for drills.
settings.register_profile("test", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("drill", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("drill" if os.environ.get("LEADLINE_DRILL_FIGURES") else "test")


class NetworkUsed(BaseException):
    """A test tried to reach a network. No `except Exception` can swallow this."""


class DrillFigure(Protocol):
    """Notes one measured figure of a drill for docs/drills.md."""

    def __call__(self, what: str, value: int | str, *, unit: str = "") -> None: ...


def pytest_configure() -> None:
    """Close the network before the first test module is imported."""
    for method in ("connect", "connect_ex", "sendto"):
        setattr(socket.socket, method, _refusing(getattr(socket.socket, method)))
    for question in ("getaddrinfo", "gethostbyname", "gethostbyaddr", "create_connection"):
        setattr(socket, question, _refuse)


def _refusing(call: Callable[..., object]) -> Callable[..., object]:
    def guarded(self: socket.socket, *arguments: object) -> object:
        if self.family != socket.AF_UNIX:
            _refuse(*arguments)
        return call(self, *arguments)

    return guarded


def _refuse(*arguments: object, **options: object) -> None:
    raise NetworkUsed(f"the network is off in tests; asked for {arguments!r}")


@pytest.fixture(autouse=True)
def _settings_of_this_machine_do_not_reach_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LEADLINE_") and name not in _KEPT]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder that holds pyproject.toml."""
    return _REPOSITORY


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of sample data; a test that needs it is skipped, and says so, where there is none."""
    folder = Path(os.environ.get("LEADLINE_SAMPLES") or _REPOSITORY.parent / "shared" / "samples")
    if not folder.is_dir():
        pytest.skip("no sample data: set LEADLINE_SAMPLES to its folder")
    return folder


@pytest.fixture
def drill_figure(request: pytest.FixtureRequest) -> DrillFigure:
    """Note a figure; it is kept only where LEADLINE_DRILL_FIGURES names a file (see `make drill`)."""
    target = os.environ.get("LEADLINE_DRILL_FIGURES")

    def note(what: str, value: int | str, *, unit: str = "") -> None:
        if target:
            line = json.dumps({"drill": request.node.name, "what": what, "value": value, "unit": unit})
            with Path(target).open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    return note
