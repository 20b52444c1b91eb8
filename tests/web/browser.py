"""The desk in headless Chromium without a socket: each request of the page is answered by Django's own client."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from playwright.sync_api import Browser, Page, Route

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SITE = "http://127.0.0.1"
_ASYNC_ALLOWED = "DJANGO_ALLOW_ASYNC_UNSAFE"
_DROPPED = {"content-length", "transfer-encoding", "location"}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser, or a skipped test that says what is missing."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install Debian's package `chromium`")
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread; Django would take that for an asynchronous view.
    os.environ[_ASYNC_ALLOWED] = "true"
    try:
        with sync_playwright() as player:
            browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            yield browser
            browser.close()
    finally:
        os.environ.pop(_ASYNC_ALLOWED, None)


def page_of(browser: Browser, client: Client, *, width: int = 1360, scripts: bool = True) -> Page:
    """A page whose requests the client answers; what its console says of scripts and policies is kept in `said`."""
    page = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts).new_page()
    page.route("**/*", lambda route: _answer(route, client))
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: (said.append("a dialog opened"), dialog.dismiss()))
    page.said = said  # type: ignore[attr-defined]
    return page


def _answer(route: Route, client: Client) -> None:
    request = route.request
    parts = urlsplit(request.url)
    if parts.scheme == "data":
        route.continue_()
        return
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
    kind = headers.pop("HTTP_CONTENT_TYPE", "application/octet-stream")
    address = parts.path + (f"?{parts.query}" if parts.query else "")
    headers["HTTP_HOST"] = parts.netloc
    body = request.post_data_buffer or b""
    answer = client.generic(request.method, address, body, content_type=kind, **headers)  # type: ignore[arg-type]
    while answer.status_code in (301, 302, 303):
        answer = client.get(answer.headers["Location"], HTTP_HOST=parts.netloc)
    sent = {name: value for name, value in answer.headers.items() if name.lower() not in _DROPPED}
    content = b"".join(answer) if answer.streaming else answer.content
    route.fulfill(status=answer.status_code, headers=sent, body=content)
