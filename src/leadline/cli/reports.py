"""How the terminal shows what providers' reports say of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from leadline.cli.options import put_table, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

_EVENTS = ("happened_at", "kind", "remote_ip", "remote_port")
_FILES = ("file_id", "viewed_by_provider", "public", "classification")


def show_reports(told: dict[str, Any]) -> None:
    """Each report's place that names the account: in which role, its events, files, and what was left unread."""
    for one in told["reports"]:
        click.echo(f"\nReported in {visible(one['path'])}:{one['line']}, report {visible(one['report_id'] or '-')}")
        put_table(((name, value) for name, value in _said(one)), ("what", "as the provider says"))
        if one["events"]:
            rows = ((*_cells(event, _EVENTS), f"{event['line']}") for event in one["events"])
            put_table(rows, ("when", "event", "address", "port", "line"))
        if one["files"]:
            rows = ((*_cells(file, _FILES), " ".join(file["objects"]) or "-") for file in one["files"])
            put_table(rows, ("file", "viewed by provider", "public", "class", "objects of the cache"))
        if one["left_out"]:
            texts = sum(item["occurrences"] for item in one["left_out"])
            characters = sum(item["characters"] for item in one["left_out"])
            click.echo(f"Left out unread: {texts} texts, {characters} characters (--json names their elements)")


def _said(one: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("role", "incident", "incident_at", "service", "screen_name", "country", "compromised", "disabled"):
        if one[name] not in (None, ""):
            yield name, visible(str(one[name]))
    for name in ("emails", "phones", "devices"):
        if one[name]:
            yield name, visible(", ".join(one[name]))
    if one["prior_reports"]:
        yield "prior_reports", str(one["prior_reports"])


def _cells(row: dict[str, Any], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("-" if row[name] in (None, "") else str(row[name]) for name in names)
