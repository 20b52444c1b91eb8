"""A plain page that opens without a network: what the package is, what is in it, and the leads in the order of work."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from leadline.stages.referral.columns import SCORE_NOTE, text_of
from leadline.stages.referral.contract import FORMULA, DocumentFormat, Dossier, Example
from leadline.vocabulary.instants import iso_z

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from leadline.stages.referral.contract import File

_SHOWN = 500
"""Rows of a table: a page must open on a weak machine. All rows stand in the CSV."""
_IN_THE_TABLE = (
    "lead",
    "account_key",
    "data_subject",
    "level",
    "score",
    "holder_certainty",
    "jurisdiction",
    "confidence",
    "first_access",
    "last_access",
    "objects_opened",
    "caveats",
    "next_check",
    "evidence_expires",
)
_STYLE = (
    "body{font:16px/1.5 sans-serif;margin:2rem;max-width:75rem;color:#111;background:#fff}"
    "table{border-collapse:collapse;margin:1rem 0}th,td{border:1px solid #767676;padding:.25rem .5rem;text-align:left;"
    "vertical-align:top;overflow-wrap:anywhere}.marking{text-align:right;font-weight:bold}.wide{overflow-x:auto}"
)


def _files(dossier: Dossier) -> Iterator[File]:
    yield "index.html", (piece.encode() for piece in _page(dossier))


def _page(dossier: Dossier) -> Iterator[str]:
    order = dossier.order
    title = f"Package {dossier.sequence} from {order.sender} to {order.partner_name}"
    marking = f'<p class="marking">{escape(order.handling.tlp)} {escape(order.handling.pap)}</p>'
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    yield '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>\n"
    yield f"{marking}<main><h1>{escape(title)}</h1>"
    yield f"<p>{escape(SCORE_NOTE)} A person is an account holder, and no more, until an outcome says otherwise.</p>\n"
    yield _facts(dossier)
    yield "<h2>Files</h2><ul>"
    yield "".join(
        f'<li><a href="{escape(path)}">{escape(path)}</a>: {escape(what)}</li>' for path, what in dossier.made
    )
    yield "</ul>\n"
    yield from _table("Leads, in the order of work", "leads.csv", dossier.leads)
    yield from _table("Requests to verify: these are no leads", "to-verify.csv", dossier.to_verify)
    yield f"</main>{marking}</body></html>\n"


def _facts(dossier: Dossier) -> str:
    order, handling = dossier.order, dossier.order.handling
    told = (
        ("Referral", order.referral),
        ("Kind", order.kind),
        ("Approved", iso_z(dossier.at)),
        ("Authority", handling.authority),
        ("Handling", f"{handling.words_of_codes()} {handling.evaluation} {handling.restrictions}".strip()),
        ("Tip", f"{order.tip}, {order.provider} {order.reference}".strip()),
        ("Leads", len(dossier.leads)),
        ("Requests to verify", len(dossier.to_verify)),
        *((("About", order.about),) if order.about else ()),
        *((("Words of the sender", order.words),) if order.words else ()),
    )
    rows = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{escape(str(value))}</td></tr>' for name, value in told)
    return f"<table><caption>This package</caption>{rows}</table>\n"


def _table(caption: str, file: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not rows:
        return
    columns = [name for name in _IN_THE_TABLE if name in rows[0]]
    yield f'<h2>{escape(caption)}</h2><div class="wide" role="region" tabindex="0" aria-label="{escape(caption)}">'
    yield f"<table><caption>{min(len(rows), _SHOWN)} of {len(rows)}; all in {file}</caption><thead><tr>"
    yield "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    yield "</tr></thead><tbody>\n"
    for row in rows[:_SHOWN]:
        cells = "".join(f"<td>{escape(_visible(text_of(name, row[name])))}</td>" for name in columns)
        yield f"<tr>{cells}</tr>\n"
    yield "</tbody></table></div>\n"


def _visible(text: str) -> str:
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


PLUGIN = DocumentFormat(
    name="html-index",
    title="index",
    files=_files,
    examples=(
        Example(
            "index.html",
            holds=('lang="en"', FORMULA, "no measure of guilt", "Requests to verify: these are no leads"),
            lacks=("<script", "http://", "https://"),
        ),
    ),
    last=True,
)
