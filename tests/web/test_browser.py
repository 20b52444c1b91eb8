"""In real headless Chromium: no violation of WCAG 2.2 A/AA, no sideways scroll, journeys with keys alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from leadline import jobs
from leadline.casefile.actions import referrals as verbs
from leadline.casefile.models import Lead
from leadline.dispatch.deconflicting import Claim
from leadline.dispatch.ledger import read_order, referral_of, referrals
from leadline.stages.referral.order import Kind
from leadline.vocabulary.casework import Role
from tests.desk_cast import evidence_of
from tests.web.browser import SITE, chromium, page_of
from tests.web.referred import refer_at
from tests.web.test_pages import PAGES, address

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from playwright.sync_api import Browser, Page

    from tests.web.conftest import Desk

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
NARROW = 320


def violations(page: Page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found: dict[str, Any] = Axe().run(page, options=RULES).response
    return [f"{one['id']}: {one['nodes'][0]['html'][:100]}" for one in found["violations"]]


def ready(page: Page) -> None:
    """Wait until the page's own script listens to keys."""
    page.locator("html[data-ready=yes]").wait_for(state="attached")


@pytest.mark.drill
def test_every_page_is_accessible_and_fits_a_narrow_screen(desk: Desk) -> None:
    with chromium() as browser:
        for page in PAGES:
            client = desk.as_(desk.police[max(page.roles)])
            wide, narrow = page_of(browser, client), page_of(browser, client, width=NARROW)
            wide.goto(SITE + address(desk, page))
            assert violations(wide) == [], page.address
            narrow.goto(SITE + address(desk, page))
            assert narrow.evaluate("document.documentElement.scrollWidth") <= NARROW, page.address
            assert wide.said == narrow.said == [], page.address  # type: ignore[attr-defined]
            wide.context.close()
            narrow.context.close()


def test_the_list_and_an_account_are_worked_with_keys_alone(desk: Desk) -> None:
    with chromium() as browser:
        page = page_of(browser, desk.as_(desk.police[Role.ANALYST]))
        page.goto(SITE + "/candidates/?leads=without")
        ready(page)
        assert violations(page) == []
        for key in ("j", "x", "j", "x", "b"):
            page.keyboard.press(key)
        assert page.locator("[data-count]").first.inner_text() == "2"
        page.keyboard.type("Both in one week.")
        page.keyboard.press("Enter")
        page.locator(".desk-says").wait_for()
        ready(page)
        assert Lead.scoped.visible_to(desk.police.admin).count() == 4
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.locator("text=Why it stands at this place").wait_for()
        ready(page)
        assert violations(page) == []
        page.keyboard.press("u")
        page.locator("h1:has-text('Candidates')").wait_for()
        ready(page)
        page.keyboard.press("?")
        page.locator("dialog#keys[open]").wait_for()
        assert page.said == []  # type: ignore[attr-defined]


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus says these words."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText").strip() == words:
            return
    raise AssertionError(words)


@pytest.mark.drill
def test_a_referral_is_approved_with_keys_alone(desk: Desk, settings: Any, tmp_path: Path) -> None:
    at = refer_at(desk, settings, tmp_path)
    ref = at.drafted()
    with chromium() as browser:
        page = page_of(browser, at.as_(Role.MANAGER))
        page.goto(SITE + "/referrals/?tab=approve")
        ready(page)
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.locator(f"h1:has-text('{ref}')").wait_for()
        tab_to(page, "Approve")
        page.keyboard.press("Enter")
        page.locator("h1:has-text('This leaves the building')").wait_for()
        assert violations(page) == []
        tab_to(page, "Approve it")
        page.keyboard.press("Enter")
        page.locator(".desk-says:has-text('The referral was approved.')").wait_for()
        assert page.said == []  # type: ignore[attr-defined]


@pytest.mark.drill
def test_the_pages_of_referrals_are_accessible_and_fit_a_narrow_screen(
    desk: Desk, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leadline.jobs.BEAT_SECONDS", 3600)
    at = refer_at(desk, settings, tmp_path)
    sealed = at.sealed()
    recall = at.as_(Role.ANALYST).post(f"/referrals/{sealed}/do/recall/", {"reason": "Wrong basis."})
    draft = recall.headers["Location"].split("/")[2]
    named = [f"/referrals/{ref}/" for ref in (sealed, draft)]
    paths = [
        "/",
        "/leads/",
        "/referrals/",
        "/referrals/partners/AFP/",
        "/referrals/partners/add/",
        "/referrals/returns/",
    ]
    tabs = [f"/referrals/?tab={tab}" for tab in ("approve", "sealed", "received", "outcome")]
    with chromium() as browser:
        looked_at(
            browser,
            at.as_(Role.MANAGER),
            *(*paths, *tabs, *named, f"/referrals/{draft}/approve/", "/referrals/partners/"),
        )


@pytest.mark.drill
def test_the_pages_of_holds_of_accounts_taken_out_and_of_papers_for_the_defence_are_accessible_and_fit(
    desk: Desk, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leadline.jobs.BEAT_SECONDS", 3600)
    evidence_of("customs")
    at = refer_at(desk, settings, tmp_path)
    claims = [Claim("customs", "Example Cloud", account) for account in desk.evidence.accounts]
    monkeypatch.setattr(verbs, "claims_of_desks", lambda: claims)
    held = at.drafted()
    manager = at.as_(Role.MANAGER)
    manager.post(f"/referrals/{held}/approve/", {"reason": "Seen.", "seal": "on"})
    assert jobs.work_once()
    account = read_order(at.workspace, referral_of(at.workspace, held)).items[0].account
    lead = Lead.scoped.visible_to(desk.police.admin).get(account_key=account).pk
    with chromium() as browser:
        looked_at(browser, at.outside(Role.MANAGER), "/")
        looked_at(browser, at.as_(Role.APPROVER), f"/referrals/{held}/", f"/referrals/{held}/agreed/")
        manager.post(f"/referrals/{held}/agreed/", {"agreed": ["customs"], "reason": "They interview first."})
        looked_at(browser, at.as_(Role.APPROVER), f"/referrals/{held}/", f"/referrals/{held}/release/")
        at.as_(Role.APPROVER).post(f"/referrals/{held}/release/")
        manager.post("/referrals/seal/", {"chosen": [held]})
        assert jobs.work_once()
        asked = manager.post(f"/leads/{lead}/disclose/", {"reason": "The case of the tabby."})
        looked_at(browser, manager, asked.headers["Location"])
        assert jobs.work_once()
        looked_at(browser, manager, asked.headers["Location"], f"/leads/{lead}/disclose/")
        told = {"reason": "The partner cleared the holder.", "custodian": str(at.identities["AFP"].to_public())}
        leaving = manager.post(f"/leads/{lead}/retire/", told).headers["Location"]
        assert jobs.work_once()
        looked_at(browser, manager, f"/leads/{lead}/", f"/leads/{lead}/retire/")
        looked_at(browser, at.as_(Role.APPROVER), "/", "/retirements/", leaving)
        (notice,) = [one.ref for one in referrals(at.workspace).values() if one.first("kind") == Kind.CLEARED]
        at.as_(Role.APPROVER).post(f"/referrals/{notice}/approve/", {"reason": "", "seal": "on"})
        assert jobs.work_once()
        looked_at(browser, at.as_(Role.APPROVER), leaving, f"{leaving}agree/")
        at.as_(Role.APPROVER).post(f"{leaving}agree/")
        assert jobs.work_once()
        looked_at(browser, manager, leaving, "/retirements/", f"/leads/{lead}/")


def looked_at(browser: Browser, client: Client, *paths: str) -> None:
    """Each page has no violation, scrolls nowhere sideways on a narrow screen, and its console is silent."""
    wide, narrow = page_of(browser, client), page_of(browser, client, width=NARROW)
    for path in paths:
        wide.goto(SITE + path)
        assert violations(wide) == [], path
        narrow.goto(SITE + path)
        assert narrow.evaluate("document.documentElement.scrollWidth") <= NARROW, path
        assert wide.said == narrow.said == [], path  # type: ignore[attr-defined]
    wide.context.close()
    narrow.context.close()
