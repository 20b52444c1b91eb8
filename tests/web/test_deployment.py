"""The desk as it is delivered: Django's own checks for a deployment, its migrations, and how it keeps passwords."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import RequestFactory

from leadline.cli.main import run
from leadline.seal.desk_key import make_desk_key
from leadline.web import proxies as fronts
from leadline.web.adapters import AccountAdapter
from leadline.workspace import change_setting, make_workspace


def _django(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Django's command line over the product's settings, in a process of its own: tests have other settings."""
    # A browser open in this process (tests/web/browser.py) lets Django be lax; a deployment must not inherit that.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    return subprocess.run(
        [sys.executable, "-m", "django", *arguments],
        env={
            **inherited,
            "LEADLINE_WORKSPACE": str(settings.LEADLINE_WORKSPACE),
            "DJANGO_SETTINGS_MODULE": "leadline.web.settings",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def behind_a_proxy(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A workspace with a desk whose settings state one proxy."""
    workspace = make_workspace(tmp_path_factory.mktemp("deployed") / "workspace", agency="police")
    make_desk_key(workspace)
    change_setting(workspace, "proxies", "1")
    return str(workspace)


def test_django_finds_nothing_to_warn_of_in_a_deployment(behind_a_proxy: str) -> None:
    checked = _django("check", "--deploy", "--fail-level", "WARNING", LEADLINE_WORKSPACE=behind_a_proxy)
    assert checked.returncode == 0, checked.stderr
    assert "no issues (0 silenced)" in checked.stdout


def test_a_desk_without_tls_would_be_warned_of(behind_a_proxy: str) -> None:
    checked = _django(
        "check", "--deploy", "--fail-level", "WARNING", LEADLINE_WORKSPACE=behind_a_proxy, LEADLINE_DESK_PLAIN="1"
    )
    assert checked.returncode == 1
    assert "security.W" in checked.stderr


def test_a_deployment_that_does_not_state_its_proxy_would_be_warned_of() -> None:
    checked = _django("check", "--deploy", "--fail-level", "WARNING")
    assert checked.returncode == 1
    assert "leadline.W001" in checked.stderr
    assert "leadline set proxies" in checked.stderr


def test_the_doctor_tells_what_the_desk_takes_to_stand_in_front_of_it(
    behind_a_proxy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = {}
    for count in ("0", "1", "2", "9"):
        change_setting(Path(behind_a_proxy), "proxies", count)
        assert run(["--workspace", behind_a_proxy, "doctor", "--json"]) == 0
        found = {one["subject"]: one["state"] for one in json.loads(capsys.readouterr().out)["findings"]}
        said[count] = found["desk proxies"]
    change_setting(Path(behind_a_proxy), "proxies", "1")
    assert said == {"0": "note", "1": "ok", "2": "ok", "9": "unsafe"}


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted"),
    [
        (0, None, "240.0.0.9"),
        (0, "240.0.0.1", "240.0.0.9"),
        (1, "240.0.0.1", "240.0.0.1"),
        (1, "240.0.0.66, 240.0.0.1", "240.0.0.1"),
        (2, "240.0.0.66, 240.0.0.1, 240.0.0.8", "240.0.0.1"),
    ],
)
def test_limits_count_by_the_address_that_the_first_own_proxy_saw_whatever_the_asker_states(
    proxies: int, forwarded: str | None, counted: str, settings: Any
) -> None:
    settings.LEADLINE_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    given = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    request = RequestFactory().get("/account/login/", REMOTE_ADDR="240.0.0.9", **given)
    assert AccountAdapter().get_client_ip(request) == counted


def test_a_proxy_that_the_settings_do_not_state_is_told_of_once(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(fronts._LOG, "warning", lambda text, *_: said.append(text))
    fronts._say_unstated.cache_clear()
    for proxies in (1, 0, 0):
        settings.LEADLINE_PROXIES = proxies
        AccountAdapter().get_client_ip(RequestFactory().get("/", HTTP_X_FORWARDED_FOR="240.0.0.1"))
        assert len(said) == 1 - proxies


def test_every_change_of_a_model_has_its_migration() -> None:
    made = _django("makemigrations", "--check", "--dry-run")
    assert made.returncode == 0, made.stdout


def test_passwords_are_kept_by_argon2_and_nothing_else() -> None:
    told = _django("shell", "-v", "0", "-c", "from django.conf import settings; print(*settings.PASSWORD_HASHERS)")
    assert told.stdout.split() == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
