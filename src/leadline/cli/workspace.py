"""Commands about the workspace itself: init, set, verify, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from leadline.cli.options import json_option, put_json, put_table, say, say_next, workspace_option

_USUAL_PROXIES = 3

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadline.inquiry.doctor import Finding
    from leadline.inquiry.verify import Verdict


@click.command("init")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--agency", default="unassigned", show_default=True, help="The agency that owns the tips of this workspace."
)
@workspace_option
def init_command(folder: Path | None, agency: str, workspace: Path) -> None:
    """Make a workspace: folders, settings, signing key and log."""
    from leadline.workspace import make_workspace

    made = make_workspace(folder or workspace, agency=agency)
    say(f"Workspace made in {made}.")
    say_next("leadline receive BUNDLE")


@click.command("set")
@click.argument("key")
@click.argument("value")
@workspace_option
def set_command(key: str, value: str, workspace: Path) -> None:
    """Change one setting; the new file is sealed in the log."""
    from leadline.workspace import change_setting

    change_setting(workspace, key, value)
    say(f"{key} = {value}, sealed. Runs made from now on use it.")
    say_next("leadline run")


@click.command("checkpoint")
@workspace_option
def checkpoint_command(workspace: Path) -> None:
    """The log's newest signed checkpoint, to be kept outside: against it a rollback of the whole workspace shows."""
    from leadline.seal.log import Log

    click.echo(Log.open(workspace).checkpoint(), nl=False)
    say("Keep it where nobody who can write to the workspace can change it.")
    say_next("leadline verify --witness FILE")


@click.command("verify")
@click.option(
    "--witness",
    "witnesses",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint that was kept outside (`leadline checkpoint`); the log must still hold all that it covers.",
)
@json_option
@workspace_option
def verify_command(witnesses: tuple[Path, ...], as_json: bool, workspace: Path) -> int:  # noqa: FBT001  click's
    """Re-hash exhibits, re-check log, lineage and the desk's audit; writes nothing. Exit 4 when broken."""
    from leadline.errors import IntegrityBroken

    verdict = _verdict(workspace, [path.read_bytes() for path in witnesses])
    if as_json:
        put_json(verdict.to_json())
    else:
        for fault in verdict.faults:
            click.echo(f"BROKEN  {fault.path}: {fault.problem}")
        for path in verdict.verification.erased:
            click.echo(f"erased  {path}")
    checked = verdict.verification
    audit = f", {verdict.audit_rows} audit rows" if verdict.audit_rows else ""
    counts = f"{checked.files} files, {checked.entries} log entries, {verdict.runs} runs{audit}"
    if verdict.faults:
        say(f"Integrity is broken: {len(verdict.faults)} faults in {counts}. Leave all as it is and tell the auditor.")
        return IntegrityBroken.exit_code
    say(f"Everything is as it was sealed: {counts}, root {checked.root}.")
    say_next("leadline candidates")
    return 0


def _verdict(workspace: Path, witnessed: Sequence[bytes]) -> Verdict:
    """The evidence's and, where the log and the settings can be trusted, the desk's."""
    from dataclasses import replace

    from leadline.casefile.proof import verify_audit
    from leadline.inquiry.verify import verify

    verdict = verify(workspace, witnessed=witnessed)
    if any(fault.path.startswith(("log/", "keys/", "leadline.toml")) for fault in verdict.faults):
        return verdict
    audit = verify_audit(workspace)
    return replace(verdict, audit=audit.faults, audit_rows=audit.rows)


@click.command("doctor")
@json_option
@workspace_option
def doctor_command(as_json: bool, workspace: Path) -> None:  # noqa: FBT001  click passes flags by name
    """What is installed, loaded, dated, missing, unsafe."""
    from leadline.inquiry.doctor import examine

    findings = [*examine(workspace), *_of_the_desk(workspace)]
    if as_json:
        put_json({"findings": [{"subject": f.subject, "state": f.state, "detail": f.detail} for f in findings]})
    else:
        put_table(((f.state, f.subject, f.detail) for f in findings), ("state", "what", "detail"))
    say_next("leadline verify")


def _of_the_desk(workspace: Path) -> list[Finding]:
    """What is to say of the desk's database, where a desk was set up."""
    from leadline.seal.desk_key import DESK_KEY, sign_in_keys

    if not (workspace / DESK_KEY).exists():
        return []
    from leadline.casefile.database_role import role_finding
    from leadline.inquiry.doctor import Finding
    from leadline.settings import read_settings

    found = [Finding("desk database", *role_finding(workspace)), Finding("desk proxies", *_proxies(workspace))]
    if len(sign_in_keys(workspace, "django")) > 1:
        found.append(Finding("desk keys", "note", "the key before still opens: leadline desk turn-keys --finish"))
    if stated := read_settings(workspace).identity_providers:
        from leadline.casefile.identity_providers import standing

        found.append(Finding("desk identity providers", *standing(Path(stated))))
    return found


def _proxies(workspace: Path) -> tuple[str, str]:
    """State and what is to say of the proxies in front of the desk."""
    from leadline.settings import read_settings

    count = read_settings(workspace).proxies
    if count == 0:
        return "note", (
            "none: right for a desk on this machine alone; behind a proxy all colleagues would count as one address in"
            " the limits on sign-ins: leadline set proxies 1"
        )
    if count > _USUAL_PROXIES:
        return "unsafe", (
            f"{count}: where fewer stand in front, whoever signs in states the address that the limits count by;"
            " leadline set proxies N"
        )
    return "ok", f"{count}: limits on sign-ins count by the address that the first of them saw"
