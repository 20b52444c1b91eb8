"""Signing in: password, then the second factor; who guesses is locked out; secrets lie encrypted."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings

from leadline.vocabulary.casework import Role
from leadline.web import settings as delivered
from tests.desk_cast import PASSWORD, Staff, staff_of
from tests.web.matrix import plain
from tests.web.routes import routes
from tests.web.signing_in import signed_in

if TYPE_CHECKING:
    from pathlib import Path

    from django.http import HttpResponse

SIGN_IN = "/account/sign-in/"
SET_UP = "/account/factor/totp/activate/"
AGAIN = "/account/again/"
SHOW = "/account/factor/reauthenticate/"
STEP = 30
"""Seconds for which a code of an authenticator holds."""


@pytest.fixture
def staff(transactional_db: None) -> Staff:
    cache.clear()
    return staff_of("police")


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // STEP))


def with_password(client: Client, login: str, password: str = PASSWORD) -> HttpResponse:
    return client.post(SIGN_IN, {"login": login, "password": password})


def set_up(client: Client) -> str:
    """Set an authenticator up as a colleague does at the first sign-in, the password typed once more; its secret."""
    assert client.get(SET_UP).headers["Location"].startswith(AGAIN)
    client.post(AGAIN, {"password": PASSWORD, "next": SET_UP})
    secret = client.get(SET_UP).context["form"].secret
    assert client.post(SET_UP, {"code": code(secret)}).status_code == 302
    return str(secret)


def test_the_first_sign_in_leads_to_a_second_factor_and_the_next_one_asks_for_it(staff: Staff) -> None:
    client, again = Client(), Client()
    with_password(client, "analyst@police")
    assert client.get("/leads/").headers["Location"] == SET_UP
    secret = set_up(client)
    assert client.get("/leads/").status_code == 200
    assert with_password(again, "analyst@police").headers["Location"] == "/account/factor/authenticate/"
    assert again.get("/leads/").headers["Location"].startswith(SIGN_IN)
    cache.clear()  # else the code of the set-up is not taken a second time
    again.post("/account/factor/authenticate/", {"code": code(secret)})
    assert again.get("/leads/").status_code == 200


def test_a_session_of_the_password_alone_gains_nothing_when_the_factor_is_set_up_elsewhere(staff: Staff) -> None:
    guesser, owner = Client(), Client()
    with_password(guesser, "analyst@police")
    with_password(owner, "analyst@police")
    set_up(owner)
    for page in ("/leads/", SET_UP, "/account/factor/webauthn/add/", "/account/factor/"):
        assert guesser.get(page).headers["Location"] == SHOW, page
    assert guesser.get(SHOW).status_code == 200


def test_neither_the_secret_nor_the_codes_for_an_emergency_lie_in_the_database(staff: Staff) -> None:
    client = Client()
    with_password(client, "analyst@police")
    secret = set_up(client)
    codes = client.get("/account/factor/recovery-codes/").context["unused_codes"]
    whole = connection.connection.serialize()
    assert len(codes) == 10
    assert b"analyst@police" in whole
    assert [one for one in (secret, *codes) if one.encode() in whole] == []


@pytest.mark.parametrize("guessed", ["analyst@police", "nobody@police"])
def test_five_wrong_passwords_lock_the_right_one_out_in_every_process(
    staff: Staff, guessed: str, tmp_path: Path
) -> None:
    shared = {"default": {**delivered.CACHES["default"], "LOCATION": str(tmp_path)}}
    for attempt in range(7):
        # New settings make a new cache each time, as a new process has one: all it knows of is in the folder.
        with override_settings(CACHES=shared):
            with_password(Client(REMOTE_ADDR=f"240.0.0.{attempt}"), guessed, "wrong-horse-battery-1")
    with override_settings(CACHES=shared):
        refused = with_password(Client(REMOTE_ADDR="240.0.0.99"), guessed)
    assert refused.status_code == 200
    assert b"Too many failed login attempts" in refused.content
    with override_settings(CACHES=shared):
        other = with_password(Client(REMOTE_ADDR="240.0.0.99"), "manager@police")
    assert other.status_code == 302


def test_a_login_that_is_none_is_answered_like_a_wrong_password(staff: Staff) -> None:
    answers = []
    for login in ("analyst@police", "nobodys@police"):
        cache.clear()
        answer = with_password(Client(), login, "wrong-horse-battery-1")
        answers.append((answer.status_code, plain(answer.content).replace(login.encode(), b"-")))
    assert answers[0] == answers[1]


def test_a_closed_sign_in_ends_the_session_that_is_open(staff: Staff) -> None:
    client = signed_in(staff[Role.ANALYST])
    assert client.get("/leads/").status_code == 200
    staff[Role.ANALYST].is_active = False
    staff[Role.ANALYST].save(update_fields=["is_active"])
    assert client.get("/leads/").headers["Location"].startswith(SIGN_IN)


def test_a_form_of_another_site_is_refused_at_every_address(staff: Staff) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in(staff.admin).cookies
    # What an identity provider's form brings is judged by the next page, which is no exception.
    for route in (route for route in routes().values() if route.name != "identity-landing"):
        assert client.post(route.made_up()).status_code in (403, 405), route.name


def test_sessions_as_delivered_end_and_are_sent_over_tls_alone() -> None:
    assert delivered.SESSION_COOKIE_NAME.startswith("__Host-")
    assert delivered.CSRF_COOKIE_NAME.startswith("__Host-")
    assert (delivered.SESSION_COOKIE_SECURE, delivered.CSRF_COOKIE_SECURE) == (True, True)
    assert (delivered.SESSION_COOKIE_SAMESITE, delivered.CSRF_COOKIE_SAMESITE) == ("Strict", "Strict")
    assert delivered.SESSION_COOKIE_AGE <= 10 * 3600
    assert delivered.SESSION_EXPIRE_AT_BROWSER_CLOSE
    assert delivered.ACCOUNT_REAUTHENTICATION_TIMEOUT <= 900
    assert delivered.CACHES["default"]["BACKEND"].endswith("FileBasedCache")
    assert not any("admin" in app for app in delivered.INSTALLED_APPS)
