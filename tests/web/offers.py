"""What a page offers: its links, and its forms filled in as a person might."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit

from lxml import html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

PASSWORD = "correct-horse-battery-1"
ROW_NAME = "L-0123456789abcdef0123"
"""Stands for the name of a row, which a field of 24 signs takes."""
_TYPED = {"date": "2099-01-01", "number": "1", "password": PASSWORD, "email": "a@example.org", "file": ""}
Field = tuple[str, str]


@dataclass(frozen=True)
class Offer:
    """One request that a page makes possible: a link, or a form with its fields filled in."""

    method: str
    address: str
    """Path and query."""
    body: tuple[Field, ...] = ()


def offers(content: bytes, here: str) -> list[Offer]:
    """Links and forms of a page, each once; `here` is the page's own address."""
    page = html.fromstring(content.decode())
    links = chain(page.xpath("//a/@href"), page.xpath("//*/@hx-get"))
    found = [Offer("GET", address) for link in links if (address := _local(str(link), here))]
    for form in page.xpath("//form"):
        address = _local(form.get("action") or here, here)
        if address:
            found += _of_form(form, address)
    return list(dict.fromkeys(found))


def _local(link: str, here: str) -> str:
    parts = urlsplit(urljoin(here, link))
    whole = parts.path + (f"?{parts.query}" if parts.query else "")
    return "" if parts.scheme or parts.netloc or not parts.path.startswith("/") else whole


def _of_form(form: HtmlElement, address: str) -> Iterator[Offer]:
    singles = [box for box in form.xpath(".//input[@type='checkbox'][@name]") if _alone(form, box)]
    for ticked in (False, True) if singles else (False,):
        fields = list(_fields(form, set(singles) if not ticked else set()))
        for button in _buttons(form):
            body = (*fields, *button)
            if (form.get("method") or "get").lower() == "post":
                yield Offer("POST", address, body)
            else:
                yield Offer("GET", f"{address.split('?')[0]}?{urlencode([pair for pair in body if pair[1]])}")


def _alone(form: HtmlElement, box: HtmlElement) -> bool:
    return len([one for one in form.xpath(".//input[@type='checkbox']") if one.get("name") == box.get("name")]) == 1


def _buttons(form: HtmlElement) -> list[tuple[Field, ...]]:
    named = [((str(b.get("name")), b.get("value") or ""),) for b in form.xpath(".//button[@name]")]
    return list(dict.fromkeys(named)) or [()]


def _fields(form: HtmlElement, left: set[HtmlElement]) -> Iterator[Field]:
    seen: set[str] = set()
    for field in form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name]"):
        name = str(field.get("name"))
        if field in left or name == "csrfmiddlewaretoken":
            continue
        if field.tag == "input" and field.get("type") in ("checkbox", "radio"):
            # Of a group the first one; more than one value of a list tells nothing more.
            if name not in seen:
                yield name, field.get("value") or "on"
        elif field.tag == "select":
            options = [str(one.get("value")) for one in field.xpath(".//option[@value]") if one.get("value")]
            yield name, options[0] if options else ""
        else:
            yield name, _written(field)
        seen.add(name)


def _written(field: HtmlElement) -> str:
    if field.tag == "textarea":
        return (field.text or "").strip() or "Words for the record."
    kind = field.get("type") or "text"
    if kind == "hidden" or field.get("value"):
        return field.get("value") or ""
    if field.get("maxlength") == "24":
        return ROW_NAME
    return _TYPED.get(kind, "word-1")
