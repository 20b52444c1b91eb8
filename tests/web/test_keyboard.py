"""Journeys of an analyst in headless Chromium with key presses alone: each step is reached, and the focus is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leadline.casefile.models import Lead
from leadline.vocabulary.casework import Role
from tests.web.browser import SITE, chromium, page_of
from tests.web.test_browser import NARROW, ready, violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.web.conftest import Desk

SEEN = """
() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  const outlined = style.outlineStyle !== 'none' && style.outlineColor !== 'rgba(0, 0, 0, 0)';
  const marked = style.boxShadow !== 'none' || outlined;
  return one.matches(':focus-visible') && marked && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
}
"""
"""Whether what has the focus is marked and on the screen."""
WORDS = "() => (document.activeElement.innerText || document.activeElement.ariaLabel || '').trim()"
MOST_TABS = 90


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus begins with these words; at each stop the focus must be seen."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN), page.evaluate("() => document.activeElement.outerHTML.slice(0, 200)")
        if page.evaluate(WORDS).startswith(words):
            return
    raise AssertionError(words)


def arrived(page: Page, heading: str, width: int) -> None:
    """The step is there, is accessible, and needs no sideways scroll."""
    page.locator(f"h1:has-text('{heading}')").wait_for()
    ready(page)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.drill
@pytest.mark.parametrize("width", [1360, NARROW])
def test_two_facets_then_down_to_a_line_then_decisions(desk: Desk, width: int) -> None:
    with chromium() as browser:
        page = page_of(browser, desk.as_(desk.police[Role.ANALYST]), width=width)
        page.goto(SITE + "/")
        arrived(page, "Today", width)
        page.keyboard.press("g")
        page.keyboard.press("c")
        arrived(page, "Candidates", width)

        for facet in ("level", "holder_certainty"):
            told = page.locator(f"ul[aria-labelledby='facet-{facet}'] a span").first.text_content() or ""
            if width == NARROW:
                tab_to(page, "Filters")
                page.keyboard.press("Enter")
            tab_to(page, told)
            page.keyboard.press("Enter")
            page.locator(f".desk-facet a[aria-current]:has-text('{told}')").first.wait_for(state="attached")
            arrived(page, "Candidates", width)

        page.goto(SITE + "/candidates/?leads=without")
        ready(page)
        page.keyboard.press("j")
        assert page.evaluate(SEEN)
        page.keyboard.press("Enter")
        page.locator("#why").wait_for()
        arrived(page, "police-", width)
        tab_to(page, "its lines")
        page.keyboard.press("Enter")
        page.locator("th:has-text('Exhibit and line')").wait_for(state="attached")
        arrived(page, "Source lines of", width)
        page.keyboard.press("u")
        page.locator("#why").wait_for()
        ready(page)
        page.keyboard.press("u")
        arrived(page, "Candidates", width)

        before = Lead.scoped.visible_to(desk.police.admin).count()
        for decision in ("Open leads", "Decline"):
            page.goto(SITE + "/candidates/?leads=without")
            ready(page)
            for key in ("j", "x", "b"):
                page.keyboard.press(key)
            page.keyboard.type("Looked at by keys.")
            tab_to(page, decision)
            page.keyboard.press("Enter")
            page.locator(".desk-says").wait_for()
            arrived(page, "Candidates", width)
        states = list(Lead.scoped.visible_to(desk.police.admin).values_list("state", flat=True))
        assert (len(states) - before, states.count("declined")) == (2, 1)
        assert page.said == []  # type: ignore[attr-defined]
