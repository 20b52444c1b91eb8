"""Options and words that all commands share."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

F = TypeVar("F", bound="Callable[..., Any]")


def _chosen(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path:  # noqa: ARG001  click's signature
    named = value or ctx.find_root().obj
    return Path(named) if named else Path.cwd()


def workspace_option(command: F) -> F:
    """`--workspace DIR` behind the command as well as before it."""
    return click.option(
        "--workspace",
        type=click.Path(file_okay=False, path_type=Path),
        callback=_chosen,
        help="The workspace; else LEADLINE_WORKSPACE, else the current folder.",
    )(command)


def json_option(command: F) -> F:
    """`--json`: one object on one line."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object on one line, nothing else.")(command)


def lines_option(command: F) -> F:
    """`--json` on a command that lists: one object a line, the same as `--format jsonl`."""

    def chosen(ctx: click.Context, param: click.Parameter, value: bool) -> bool:  # noqa: ARG001, FBT001  click's
        if value:
            ctx.params["layout"] = "jsonl"
        return value

    return click.option(
        "--json", is_flag=True, expose_value=False, callback=chosen, help="The same as --format jsonl."
    )(command)


def rows_option(command: F) -> F:
    """`--format csv|jsonl` and `--json` on a command that lists; :func:`put_rows` does as they say."""
    chosen = click.option(
        "--format", "layout", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True, help="Of the rows."
    )
    return lines_option(chosen(command))


def run_option(command: F) -> F:
    """`--run ID`: an earlier run instead of the last complete one."""
    return click.option("--run", "run", metavar="ID", help="A run other than the last complete one.")(command)


def reason_option(command: F) -> F:
    """`--reason TEXT`: why these rows are read; kept in the log's payload."""
    return click.option("--reason", default="", help="Why these rows are read; kept with the log entry.")(command)


def put_json(value: object) -> None:
    """One object on one line of stdout; on a terminal in ASCII alone, which says the same and moves no cursor."""
    sys.stdout.write(json.dumps(value, ensure_ascii=_on_a_terminal(), separators=(", ", ": ")) + "\n")


def put_json_lines(rows: Iterable[object]) -> int:
    """One object a line; returns how many."""
    count = 0
    for row in rows:
        put_json(row)
        count += 1
    return count


def put_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> int:
    """Rows as CSV on stdout, lists joined by `|`, nothing for None; returns how many.

    Cells are exact, but on a terminal, where they are shown as :func:`visible` has them.
    """
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    shown = visible if _on_a_terminal() else _exact
    count = 0
    for row in rows:
        writer.writerow([shown(_cell(row[name])) for name in columns])
        count += 1
    return count


def put_rows(layout: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> int:
    """Rows as :func:`rows_option` asked for them; returns how many. CSV has these columns, JSON all there are."""
    return put_json_lines(rows) if layout == "jsonl" else put_csv(columns, rows)


def _on_a_terminal() -> bool:
    return sys.stdout.isatty()


def _exact(value: object) -> object:
    return value


def _cell(value: object) -> object:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            return "|".join(str(item) for item in value)
    return value


def say(words: str) -> None:
    """A line for the person, on stderr."""
    click.echo(words, err=True)


def say_next(command: str) -> None:
    """Name the next command."""
    say(f"Next: {command}")


def put_table(rows: Iterable[tuple[object, ...]], headings: tuple[str, ...]) -> None:
    """A plain table on stdout, columns as wide as they need to be; control characters shown as escapes."""
    shown = [tuple(visible(cell) for cell in row) for row in rows]
    widths = [max([len(head), *(len(row[i]) for row in shown)]) for i, head in enumerate(headings)]
    for row in (headings, *shown):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def visible(value: object) -> str:
    """Text from evidence, with control and invisible characters as escapes, so that it cannot act on a terminal."""
    text = "" if value is None else str(value)
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
