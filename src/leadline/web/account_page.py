"""What the page of one account shows: the answer of `explain`, put into the order in which people ask."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any

from leadline.facts.lake import stamp_of
from leadline.facts.tables import CandidateRow
from leadline.inquiry.explain import explain_account
from leadline.stages.priority.contract import FACTORS
from leadline.vocabulary.words import word
from leadline.web.pictures import activity_strip, waterfall, weights_of_evidence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leadline.facts.lake import Stamp
    from leadline.inquiry.runs import RunView

_KEPT = 32
_kept: OrderedDict[tuple[str, str, str, Stamp], dict[str, Any]] = OrderedDict()
_lock = Lock()

LINES = {
    "all": "all relevant accesses",
    "opened": "views and downloads that succeeded",
    "view": "views",
    "download": "downloads",
    "upload": "uploads",
    "share": "shares",
    "list": "listings of the cache",
    "attempts": "accesses that did not succeed",
}
"""Which source lines can be asked for."""
BEHIND = {
    "added-objects": "upload",
    "added-new-objects": "upload",
    "breadth": "opened",
    "downloads": "download",
    "persistence": "all",
}
"""Which lines lie behind the points of a factor; of any other, all."""


def explained(view: RunView, account: str) -> dict[str, Any]:
    """The answer of `explain`. A run never changes, so the last few answers are kept in this process.

    An account that is taken out of a run gets another bucket file; what was kept of it is then not found any more.
    """
    key = (str(view.workspace), str(view.run), account, stamp_of(view.lake.bucket_path(CandidateRow, account)))
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = explain_account(view, account)
    with _lock:
        _kept[key] = found
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return found


def page(told: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of the page: figures that open to their lines, waterfall, doubts, ledger, links, lines."""
    candidate, lines = told["candidate"], told["source_lines"]
    return {
        "told": told,
        "candidate": candidate,
        "figures": _figures(told),
        "steps": [_with_lines(step) for step in waterfall(candidate["start"], candidate["reasons"])],
        "strip": activity_strip(lines),
        "doubts": sorted(candidate["doubts"], key=lambda doubt: ("yes", "unknown", "no").index(doubt["state"])),
        "sightings": told["sightings"],
        "links": [{**link, "bars": weights_of_evidence(link["evidence"])} for link in told["links"]],
        "first_lines": lines[:10],
        "record": _record(told["account_record"]),
    }


def _with_lines(step: Any) -> dict[str, Any]:
    titles = {name: FACTORS.get(name).title for name in FACTORS.names()}
    name = titles.get(step.name) or word(step.name).capitalize()
    return {
        "kind": step.kind, "name": name, "says": step.says, "points": step.points,
        "total": step.total, "x": step.x, "width": step.width,
        "lines": BEHIND.get(step.name, "all") if step.kind == "points" else "",
    }  # fmt: skip


def _figures(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    candidate, activity = told["candidate"], told["activity"] or {}
    return [
        {"name": "relevant accesses", "value": activity.get("accesses"), "lines": "all"},
        {"name": "objects opened", "value": candidate["objects_opened"], "lines": "opened"},
        {"name": "objects downloaded", "value": candidate["objects_downloaded"], "lines": "download"},
        {"name": "objects added", "value": candidate["objects_added"], "lines": "upload"},
        {"name": "attempts", "value": candidate["attempts"], "lines": "attempts"},
        {"name": "days active (UTC)", "value": candidate["days_active"], "lines": "all"},
    ]


_FREE_TEXT = ("email", "phone", "display_name", "device_id")
_RECORD = {
    "created_at": "made on", "signup_at": "signed up on", "signup_ip": "signed up from", "closed_at": "closed on",
    "declared_country": "country declared", "payment_country": "country of payment", "email": "e-mail",
    "phone": "telephone",
    "display_name": "display name", "device_id": "device", "compromised": "provider says: compromised",
    "records": "records of it",
}  # fmt: skip


def _record(record: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    if record is None:
        return []
    return [
        {
            "key": key,
            "name": name,
            "value": record[key],
            "masked": key in _FREE_TEXT and record[key] is not None,
            "when": key.endswith("_at") and record[key] is not None,
            "country": key.endswith("_country"),
        }
        for key, name in _RECORD.items()
    ]


def chosen_lines(told: Mapping[str, Any], which: str, day: str = "") -> list[dict[str, Any]]:
    """The source lines of a kind (a key of :data:`LINES`), of one UTC day where one is named."""
    return [
        line
        for line in told["source_lines"]
        if _is_of(line, which) and (not day or str(line["accessed_at"]).startswith(day))
    ]


def _is_of(line: Mapping[str, Any], which: str) -> bool:
    if which == "attempts":
        return not line["succeeded"]
    if which == "opened":
        return bool(line["action"] in ("view", "download") and line["succeeded"] and not line["is_head"])
    return which == "all" or bool(line["action"] == which)
