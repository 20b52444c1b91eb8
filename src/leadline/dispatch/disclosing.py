"""Disclosure to the defence: what every run says of one account, for and against, and what is withheld and why.

Other account holders are replaced by `another account`; who they are is withheld, and the schedule says so. What the
desk's database has on the account is given by whoever has the database at hand.
"""

from __future__ import annotations

import itertools
import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from leadline import __version__
from leadline.dispatch.bearing import Others, accounts_of, no_match, questions, rejects, rulings, tables
from leadline.dispatch.drafting import sender_code
from leadline.dispatch.ledger import read_order, referrals, subject
from leadline.dispatch.sending_key import sending_key
from leadline.dispatch.stated import imported, said_of
from leadline.documents.sheets import csv_bytes
from leadline.errors import Conflict, WrongUsage
from leadline.facts.runs import COMPLETED
from leadline.inquiry.explain import explain_account
from leadline.inquiry.runs import open_run
from leadline.inquiry.tips import sealed_tips
from leadline.seal.canonical import canonical_json
from leadline.seal.dsse import key_text, sign
from leadline.seal.files import write_durably
from leadline.seal.log import Log
from leadline.settings import read_settings
from leadline.vocabulary.digests import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from leadline.inquiry.runs import RunView

SCHEDULE = (
    (
        "names of other accounts, and their mailboxes, telephone numbers and devices",
        "other account holders are not part of this case",
        "they stand as `another account`",
    ),
    (
        "identifiers that the account shares with another one",
        "they are the other holder's, too",
        "`links.json` says of which kind each is and how much it weighs",
    ),
    ("the exhibits themselves", "they hold the lines of other account holders", "lines are named by file and number"),
    ("free text of the provider's reports", "it is never taken into the facts", "it stands in the exhibit"),
    (
        "the text of refused lines that name another account",
        "other account holders are not part of this case",
        "`rejects.json` has the file, the number and the digest of each",
    ),
    (
        "notes, tasks and outcomes of a case as a whole, safeguarding notices, and persons that were linked",
        "they may concern other persons, or a child",
        "at the desk: counsel reads them there; `leads.json` says whether there are any",
    ),
    ("names of officers, and of partners' staff", "safety of officers", "agencies and roles are named"),
    ("what other agencies of the instance have", "each discloses its own", "ask each of them"),
)
"""What is left out, why, and where it still is."""


def disclose(
    workspace: Path,
    account: str,
    out: Path,
    *,
    agency_name: str = "",
    provider: str = "",
    desk: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Write the disclosure into ``out`` (new or empty), with a signed manifest and the verifier; returns what it says.

    It is one agency's (``agency_name``, else the workspace's own): of its tips alone. ``desk`` is what its desk has
    on the account, by file name. :class:`WrongUsage` where no run of it knows the account; :class:`Conflict` where
    tips of several providers have one of this key and ``provider`` names none: these are several persons.
    """
    if out.exists() and any(out.iterdir()):
        raise WrongUsage(f"{out} is not empty.", advice="Name a new folder with --out.")
    whose = agency_name or read_settings(workspace).agency
    views = [view for view in _views(workspace) if view.record["agency"] == whose]
    others = Others(account, accounts_of(views, account))
    told = [(view, one) for view in views if (one := _told(view, account)) is not None]
    told = _of_one(told, provider)
    if not told:
        raise WrongUsage(f"no run knows the account {account!r}.", advice="Account keys are compared byte for byte.")
    runs = [others.redacted(one) for _, one in told]
    contents = {f"runs/{one['run']}.json": _json(one) for one in runs}
    newest, last = told[-1]
    own = list({view.tip.tip: (view, one) for view, one in told}.values())  # the newest run of each tip
    contents |= {
        "links.json": _json([{"run": str(view.run), **others.links(one)} for view, one in own]),
        "questions.json": _json(questions(last)),
        "no-match.json": _json(no_match(last, newest.record)),
        "tables.json": _json([tables(view, one) for view, one in own]),
        "rejects.json": _json([rejects(view, account, others) for view in _newest_of(views, newest.tip.provider)]),
        "rulings.json": _json([others.redacted(row) for view, _ in own for row in rulings(workspace, view, account)]),
        "categories.json": _json(others.redacted(said_of(workspace, subject(newest.tip.provider, account)))),
        "differences.json": _json(_differences(runs)),
        "referrals.json": _json(_sent(workspace, account, whose, newest.tip.provider)),
        "read-by.json": _json(_readings(workspace, account)),
        **{name: _json(others.redacted(value)) for name, value in (desk or {}).items()},
    }
    contents["withheld.csv"] = b"".join(csv_bytes(("what", "why", "where it is"), (list(row) for row in SCHEDULE)))
    weights = files("leadline.stages.priority")
    contents["weights.csv"] = weights.joinpath("weights.csv").read_bytes()
    contents["checks.csv"] = weights.joinpath("checks.csv").read_bytes()
    contents["error-rates.md"] = files("leadline.dispatch").joinpath("error-rates.md").read_bytes()
    contents["versions.json"] = _json({"leadline": __version__, "runs": [_lineage(view) for view, _ in told]})
    contents["verify.py"] = files("leadline.stages.referral").joinpath("verify_package.py").read_bytes()
    return _signed(workspace, contents, out, sender_code(whose))


def _signed(workspace: Path, contents: dict[str, bytes], out: Path, name: str) -> dict[str, Any]:
    key = sending_key(workspace)
    listed = [{"path": path, "sha256": sha256_of(data), "bytes": len(data)} for path, data in sorted(contents.items())]
    sender = {"key": key_text(key.public_key()), "name": name}
    recipient = {"name": "the defence"}
    manifest = canonical_json({"sender": sender, "recipient": recipient, "sequence": 0, "files": listed})
    whole = {**contents, "manifest.json": manifest, "manifest.dsse.json": sign(manifest, key)}
    for path, data in whole.items():
        write_durably(out / path, data, mode=0o600)
    return {"files": len(whole), "runs": sum(path.startswith("runs/") for path in contents), "sign_key": sender["key"]}


def _views(workspace: Path) -> Iterator[RunView]:
    """Every complete run, the oldest first, each once."""
    done = dict.fromkeys(entry.subject for entry in Log.open(workspace).entries() if entry.action == COMPLETED)
    return (open_run(workspace, run) for run in done)


def _told(view: RunView, account: str) -> dict[str, Any] | None:
    try:
        return explain_account(view, account)
    except WrongUsage:  # the account is no candidate of this run
        return None


def _newest_of(views: list[RunView], provider: str) -> list[RunView]:
    """The newest run of each tip of a provider: refused lines name accounts that are no candidates of the tip, too."""
    own = (view for view in views if subject(view.tip.provider, "") == subject(provider, ""))
    return list({view.tip.tip: view for view in own}.values())


def _of_one(told: list[tuple[RunView, dict[str, Any]]], provider: str) -> list[tuple[RunView, dict[str, Any]]]:
    """The runs on tips of one provider; the same key at another one is somebody else's."""
    wanted = subject(provider, "")
    kept = [(view, one) for view, one in told if not provider or subject(view.tip.provider, "") == wanted]
    named = sorted({subject(view.tip.provider, "")[0] for view, _ in kept})
    if len(named) > 1:
        raise Conflict(
            f"{len(named)} providers have an account of this key: {', '.join(named)}.", advice="Name one: --provider."
        )
    return kept


def _differences(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a later run says otherwise of the candidate: superseded values beside those that replaced them."""
    found = []
    for before, after in itertools.pairwise(runs):
        for name, value in after["candidate"].items():
            if before["candidate"].get(name) != value:
                found.append(
                    {
                        "from": before["run"],
                        "to": after["run"],
                        "what": name,
                        "before": before["candidate"].get(name),
                        "after": value,
                    }
                )
    return found


def _sent(workspace: Path, account: str, whose: str, provider: str) -> list[dict[str, Any]]:
    answers = imported(workspace)
    own = {tip.tip for tip in sealed_tips(workspace) if tip.agency == whose}
    found = []
    for one in referrals(workspace).values():
        order = read_order(workspace, one)
        if order.tip not in own or subject(order.provider, account) != subject(provider, account):
            continue
        leads = {item.lead for item in order.items if item.account == account}
        reasons = [item.reason for item in order.left_out if item.account == account]
        if leads or reasons:
            returned = [row for row in answers if row["lead"] in leads]
            found.append(
                {
                    "referral": one.ref,
                    "kind": str(order.kind),
                    "partner": order.partner,
                    "state": one.state,
                    "left_out_because": reasons,
                    "returns": returned,
                }
            )
    return found


def _readings(workspace: Path, account: str) -> list[dict[str, Any]]:
    """When rows about this account alone were shown, and the reason that was given."""
    log = Log.open(workspace)
    found = []
    for entry in log.entries():
        if entry.action.startswith("rows:"):
            facts = log.payload(entry) or {}
            asked = facts.get("filter")
            if isinstance(asked, dict) and asked.get("account") == account:
                found.append({"at": entry.at, "command": facts.get("command"), "reason": facts.get("reason")})
    return found


def _lineage(view: RunView) -> dict[str, Any]:
    identity = view.record["identity"]
    return {"run": view.run, **{name: identity[name] for name in ("code", "parameters", "references", "rulings")}}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
