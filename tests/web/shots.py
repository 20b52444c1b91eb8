"""Pictures of every page of the demo's desk, for docs/shots: `python -m tests.web.shots WORKSPACE FOLDER`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PORT = "8018"
SITE = f"http://127.0.0.1:{PORT}"
FIRST = "a[data-open]"
ANALYST, APPROVER, MANAGER, AUDITOR, ADMIN = "analyst", "approver", "manager", "auditor", "admin"
WAIT = "wait: "
"""Begins a step that waits until something is there, such as what a job makes."""
FILL = "fill: "
EXAMINER = "examiner"
PAGES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("today", ANALYST, ("/",)), ("tips", ANALYST, ("/tips/",)), ("tip", ANALYST, ("/tips/", FIRST)),
    ("tip-cache", ANALYST, ("/tips/", FIRST, "a[href$='cache/']")),
    ("tip-rejects", ANALYST, ("/tips/", FIRST, "a[href$='rejects/']")),
    ("candidates", ANALYST, ("/candidates/?level=very-high",)),
    ("candidate", ANALYST, ("/candidates/?level=high", FIRST)),
    ("lines", ANALYST, ("/candidates/?level=high", FIRST, "a[href$='which=all']")),
    ("leads", MANAGER, ("/leads/",)), ("lead", MANAGER, ("/leads/", FIRST)), ("cases", MANAGER, ("/cases/",)),
    ("case", MANAGER, ("/cases/", FIRST)), ("outcomes", MANAGER, ("/cases/", FIRST, "a[href$='outcomes/']")),
    ("outcome", MANAGER, ("/cases/", FIRST, "a[href$='outcome/']")), ("audit", AUDITOR, ("/audit/",)),
    ("devices", EXAMINER, ("/devices/",)), ("device", EXAMINER, ("/devices/", "text=TR-2019-001")),
    ("examination", EXAMINER, ("/devices/", "text=TR-2019-001", FIRST)),
    ("exposure", MANAGER, ("/devices/exposure/",)),
    ("verify", AUDITOR, ("/audit/verify/", "main form button")), ("jobs", ANALYST, ("/jobs/",)),
    ("settings", ANALYST, ("/settings/",)), ("people", ADMIN, ("/settings/people/",)),
    ("tables", ANALYST, ("/settings/tables/",)), ("weights", ANALYST, ("/settings/weights/",)),
    ("help", ANALYST, ("/help/scores/",)),
    ("referrals-build", ANALYST, ("/referrals/?tab=build",)),
    ("referrals-approve", APPROVER, ("/referrals/?tab=approve",)),
    ("approve", APPROVER, ("/referrals/?tab=approve", FIRST, "a[href$='approve/']")),
    ("referrals-sealed", APPROVER, ("/referrals/?tab=sealed",)),
    ("package", APPROVER, ("/referrals/?tab=outcome", FIRST, "form[action*='verify'] button")),
    ("partners", MANAGER, ("/referrals/partners/",)), ("partner", MANAGER, ("/referrals/partners/", FIRST)),
    ("returns", MANAGER, ("/referrals/returns/",)), ("today-manager", MANAGER, ("/",)),
    ("rulings", ANALYST, ("/tips/", FIRST, "a[href$='rulings/']")),
    ("exhibits", ANALYST, ("/exhibits/",)), ("exhibit", ANALYST, ("/exhibits/", FIRST)),
    ("operations", MANAGER, ("/operations/",)), ("operation", MANAGER, ("/operations/", "a[href^='/operations/O-']")),
    ("persons", MANAGER, ("/persons/",)),
    ("person", MANAGER, ("/persons/", FIRST)),
    ("receive", ANALYST, ("/tips/receive/",)),
    ("job-receive", ANALYST, ("/tips/receive/", "text=Seal and look", "wait: text=Accept and run")),
    ("job-run", ANALYST, ("/jobs/", FIRST, "text=Accept and run", "wait: text=The tip and its accounting")),
    ("job-export", ANALYST, (
        "/candidates/?level=high", "text=Write all rows", "fill: #export-reason: For the file.", "text=CSV",
        "wait: text=Download the file",
    )),
)  # fmt: skip
"""Name of the picture, who looks, and the way: an address, then what is clicked."""


def main(workspace: Path, folder: Path) -> None:
    """Start the desk, sign in as each role, and take every picture, one also on a narrow screen."""
    from playwright.sync_api import sync_playwright

    from tests.web.browser import CHROMIUM

    folder.mkdir(parents=True, exist_ok=True)
    serve = [sys.executable, "-m", "leadline.cli.main", "--workspace", str(workspace), "serve", "--port", PORT]
    server = subprocess.Popen(serve, env={**os.environ, "LEADLINE_DESK_PLAIN": "1"})
    try:
        with sync_playwright() as player:
            browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            take(browser, workspace, folder)
            browser.close()
    finally:
        server.terminate()


def take(browser: Browser, workspace: Path, folder: Path) -> None:
    door = browser.new_page(viewport={"width": 1180, "height": 760})
    for _ in range(60):
        try:
            door.goto(f"{SITE}/account/sign-in/")
            break
        except Exception:
            door.wait_for_timeout(500)
    door.screenshot(path=folder / "sign-in.png")
    roles = (ANALYST, APPROVER, MANAGER, AUDITOR, ADMIN, EXAMINER)
    signed = {role: signed_in(browser, workspace, role) for role in roles}
    for name, role, way in PAGES:
        walk(signed[role], way)
        signed[role].screenshot(path=folder / f"{name}.png")
    signed[ANALYST].set_viewport_size({"width": 320, "height": 760})
    walk(signed[ANALYST], ("/candidates/?level=very-high",))
    signed[ANALYST].screenshot(path=folder / "candidates-narrow.png")


def walk(page: Page, way: tuple[str, ...]) -> None:
    page.goto(SITE + way[0])
    for click in way[1:]:
        if click.startswith(WAIT):
            page.locator(click.removeprefix(WAIT)).first.wait_for(timeout=120_000)
            continue
        if click.startswith(FILL):
            field, _, words = click.removeprefix(FILL).partition(": ")
            page.fill(field, words)
            continue
        page.locator(click).first.click()
        page.wait_for_load_state("networkidle")


def signed_in(browser: Browser, workspace: Path, role: str) -> Page:
    told = json.loads((workspace / "cache" / "demo-sign-ins.json").read_text(encoding="utf-8"))
    one = next(sign for sign in told if sign["login"] == f"{role}@training")
    page = browser.new_context(viewport={"width": 1180, "height": 760}).new_page()
    page.goto(f"{SITE}/account/sign-in/")
    page.fill("#id_login", one["login"])
    page.fill("#id_password", one["password"])
    page.click("form.desk-card button")
    page.fill("#id_code", page.locator(f"tr:has-text('{one['login']}') td").nth(2).inner_text())
    page.click("form.desk-card button")
    page.wait_for_url(f"{SITE}/")
    return page


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
