"""The desk as it is delivered: Django's own checks for a deployment, its migrations, and how it keeps passwords."""

from __future__ import annotations

import os
import subprocess
import sys

from django.conf import settings


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


def test_django_finds_nothing_to_warn_of_in_a_deployment() -> None:
    checked = _django("check", "--deploy", "--fail-level", "WARNING")
    assert checked.returncode == 0, checked.stderr
    assert "no issues (0 silenced)" in checked.stdout


def test_a_desk_without_tls_would_be_warned_of() -> None:
    checked = _django("check", "--deploy", "--fail-level", "WARNING", LEADLINE_DESK_PLAIN="1")
    assert checked.returncode == 1
    assert "security.W" in checked.stderr


def test_every_change_of_a_model_has_its_migration() -> None:
    made = _django("makemigrations", "--check", "--dry-run")
    assert made.returncode == 0, made.stdout


def test_passwords_are_kept_by_argon2_and_nothing_else() -> None:
    told = _django("shell", "-v", "0", "-c", "from django.conf import settings; print(*settings.PASSWORD_HASHERS)")
    assert told.stdout.split() == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
