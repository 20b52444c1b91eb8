"""A security key in headless Chromium: set up, asked for at each sign-in, and a recovery code where it is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.desk_cast import PASSWORD, staff_of
from tests.web.browser import chromium, page_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

SITE = "https://localhost"
"""Keys are bound to a name that a browser trusts; the requests never leave the test."""
KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
LOGIN = "analyst@police"


def with_password(page: Page) -> None:
    page.goto(f"{SITE}/account/sign-in/")
    page.fill("#id_login", LOGIN)
    page.fill("#id_password", PASSWORD)
    page.click("form.desk-card button")


def heading_of(page: Page, path: str) -> str:
    page.goto(SITE + path)
    return page.locator("h1").inner_text()


def sign_out(page: Page) -> None:
    page.locator("button:has-text('Sign out'):visible").click()
    page.locator("#id_login").wait_for()


@pytest.mark.drill
def test_a_security_key_is_set_up_asked_for_and_replaced_by_a_recovery_code_once(
    transactional_db: None, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]
    cache.clear()
    staff_of("police")
    with chromium() as browser:
        page = page_of(browser, Client())
        door = page.context.new_cdp_session(page)
        door.send("WebAuthn.enable")
        key = door.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})["authenticatorId"]
        with_password(page)
        assert heading_of(page, "/leads/") != "Leads"
        page.goto(f"{SITE}/account/factor/webauthn/add/")
        page.fill("#id_password", PASSWORD)
        page.click("form.desk-card button")
        page.fill("#id_name", "Blue key")
        page.click("#mfa_webauthn_add")
        page.locator("h1:not(:has-text('Add'))").wait_for()
        assert heading_of(page, "/leads/") == "Leads"
        assert len(door.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1
        page.goto(f"{SITE}/account/factor/recovery-codes/")
        code = page.locator("textarea, pre").first.input_value().split()[0]

        sign_out(page)
        with_password(page)
        assert page.locator("h1").inner_text() == "Second factor"
        assert heading_of(page, "/leads/") != "Leads"
        page.goto(f"{SITE}/account/factor/authenticate/")
        page.click("#mfa_webauthn_authenticate")
        page.locator("h1:has-text('Today')").wait_for()
        assert heading_of(page, "/leads/") == "Leads"

        for expected in ("Today", "Second factor"):
            sign_out(page)
            cache.clear()
            with_password(page)
            page.fill("#id_code", code)
            page.click("form.desk-card button")
            assert page.locator("h1").inner_text() == expected
            if expected == "Second factor":
                assert heading_of(page, "/leads/") != "Leads"
        assert page.said == []  # type: ignore[attr-defined]
