"""Disclosure to the defence: what every run says of one account, for and against, and what is withheld and why.

Other account holders are replaced by `another account`; who they are is withheld, and the schedule says so.
"""

from __future__ import annotations

import itertools
import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from leadline import __version__
from leadline.dispatch.drafting import agency
from leadline.dispatch.ledger import read_order, referrals
from leadline.dispatch.returning import imported
from leadline.dispatch.sending_key import sending_key
from leadline.documents.sheets import csv_bytes
from leadline.errors import WrongUsage
from leadline.facts.runs import COMPLETED
from leadline.inquiry.explain import explain_account
from leadline.inquiry.runs import open_run
from leadline.seal.canonical import canonical_json
from leadline.seal.dsse import key_text, sign
from leadline.seal.files import write_durably
from leadline.seal.log import Log
from leadline.vocabulary.digests import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OTHER = "another account"
SCHEDULE = (
    ("names of other accounts", "other account holders are not part of this case", f"replaced by `{OTHER}`"),
    ("the exhibits themselves", "they hold the lines of other account holders", "lines are named by file and number"),
    ("free text of the provider's reports", "it is never taken into the facts", "it stands in the exhibit"),
    ("who approved and who received packages, by name of person", "safety of officers", "agencies are named"),
    ("links to other accounts, and rulings on them", "they are about other account holders", "in the run's facts"),
    ("notes of the desk", "they lie in the desk's database", "ask the unit"),
    (
        "who read it in the desk",
        "the desk's audit lies in its database",
        "ask the unit; `read-by.json` has commands only",
    ),
    ("error rates of the method", "measured on invented data, apart from any case", "docs/error-rates.md of Leadline"),
    ("refused lines", "a line that cannot be read names nobody with certainty", "`rejects` lists digest and reason"),
)
"""What is left out, why, and where it still is."""


def disclose(workspace: Path, account: str, out: Path) -> dict[str, Any]:
    """Write the disclosure into ``out`` (new or empty), with a signed manifest and the verifier; returns what it says.

    :class:`WrongUsage` where no run knows the account.
    """
    if out.exists() and any(out.iterdir()):
        raise WrongUsage(f"{out} is not empty.", advice="Name a new folder with --out.")
    runs = list(_runs(workspace, account))
    if not runs:
        raise WrongUsage(f"no run knows the account {account!r}.", advice="Account keys are compared byte for byte.")
    contents = {f"runs/{told['run']}.json": _json(told) for told in runs}
    contents["differences.json"] = _json(_differences(runs))
    contents["referrals.json"] = _json(_sent(workspace, account))
    contents["read-by.json"] = _json(_readings(workspace, account))
    contents["withheld.csv"] = b"".join(csv_bytes(("what", "why", "where it is"), (list(row) for row in SCHEDULE)))
    weights = files("leadline.stages.priority")
    contents["weights.csv"] = weights.joinpath("weights.csv").read_bytes()
    contents["checks.csv"] = weights.joinpath("checks.csv").read_bytes()
    contents["versions.json"] = _json({"leadline": __version__, "runs": [_lineage(workspace, t["run"]) for t in runs]})
    contents["verify.py"] = files("leadline.stages.referral").joinpath("verify_package.py").read_bytes()
    return _signed(workspace, contents, out)


def _signed(workspace: Path, contents: dict[str, bytes], out: Path) -> dict[str, Any]:
    key = sending_key(workspace)
    listed = [{"path": path, "sha256": sha256_of(data), "bytes": len(data)} for path, data in sorted(contents.items())]
    sender = {"key": key_text(key.public_key()), "name": agency(workspace)}
    recipient = {"name": "the defence"}
    manifest = canonical_json({"sender": sender, "recipient": recipient, "sequence": 0, "files": listed})
    whole = {**contents, "manifest.json": manifest, "manifest.dsse.json": sign(manifest, key)}
    for path, data in whole.items():
        write_durably(out / path, data, mode=0o600)
    return {"files": len(whole), "runs": sum(path.startswith("runs/") for path in contents), "sign_key": sender["key"]}


def _runs(workspace: Path, account: str) -> Iterator[dict[str, Any]]:
    """What each complete run says, the oldest first, other accounts redacted."""
    for entry in Log.open(workspace).entries():
        if entry.action == COMPLETED:
            view = open_run(workspace, entry.subject)
            try:
                told = explain_account(view, account)
            except WrongUsage:  # the account is no candidate of this run
                continue
            yield _redacted(told, account)


def _redacted(value: Any, account: str) -> Any:
    """The same with every other account's key replaced, wherever a key is named as one."""
    keys = ("account_key", "account_a", "account_b", "account", "strongest_to", "through", "with")
    match value:
        case dict():
            return {
                name: OTHER if name in keys and isinstance(item, str) and item != account else _redacted(item, account)
                for name, item in value.items()
                if name not in ("links", "clusters", "members")
            }
        case list():
            return [_redacted(item, account) for item in value]
    return value


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


def _sent(workspace: Path, account: str) -> list[dict[str, Any]]:
    answers = imported(workspace)
    found = []
    for one in referrals(workspace).values():
        order = read_order(workspace, one)
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


def _lineage(workspace: Path, run: str) -> dict[str, Any]:
    identity = open_run(workspace, run).record["identity"]
    return {"run": run, **{name: identity[name] for name in ("code", "parameters", "references", "rulings")}}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
