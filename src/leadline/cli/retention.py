"""Commands for what the law asks afterwards: retire."""

from __future__ import annotations

from pathlib import Path

import click

from leadline.cli.options import json_option, put_json, put_table, say, say_next, workspace_option


@click.command("retire")
@click.argument("account")
@click.option("--custodian", required=True, metavar="AGE1…", help="Whose age key keeps what is sealed off.")
@click.option("--with", "second", required=True, metavar="USER", help="The second person who stands behind it.")
@click.option("--by", default="", help="Who takes it out; else the OS user.")
@click.option("--reason-code", default="cleared", show_default=True, help="Short code, kept with the tombstones.")
@json_option
@workspace_option
def retire_command(
    account: str,
    custodian: str,
    second: str,
    by: str,
    reason_code: str,
    as_json: bool,  # noqa: FBT001
    workspace: Path,
) -> None:
    """Take a cleared account out of facts, orders and exhibits for good; `verify` knows of it.

    Recipients of packages that held it must have been told first. A tip whose exhibits are sealed off cannot be run
    again; what its runs say of other accounts stays.
    """
    from leadline.dispatch.retiring import retire
    from leadline.inquiry.showing import os_user

    done = retire(workspace, account, custodian=custodian, by=by or os_user(), second=second, reason_code=reason_code)
    if as_json:
        put_json(done.to_json())
    else:
        told = (("rewritten", done.rewritten), ("sealed off", done.sealed_off), ("erased", done.erased))
        put_table(((name, len(paths)) for name, paths in told), ("files", "count"))
    if (workspace / "desk").exists():
        say("The desk's database is not touched by this command; rebuild its index and close its leads there.")
    say_next("leadline verify")


@click.command("disclose")
@click.argument("account")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--reason", default="", help="For which proceedings; kept with the log entry.")
@json_option
@workspace_option
def disclose_command(account: str, out: Path, reason: str, as_json: bool, workspace: Path) -> None:  # noqa: FBT001
    """Everything that the runs say for or against an account, for the defence, with a schedule of what is withheld."""
    from leadline.dispatch.disclosing import disclose
    from leadline.inquiry.showing import log_showing

    done = disclose(workspace, account, out)
    log_showing(workspace, "disclose", run="", filters={"account": account}, reason=reason, rows=1)
    if as_json:
        put_json(done)
    else:
        put_table(done.items(), ("what", "value"))
    say("Notes and rulings of the desk, and lines that could not be read, are not part of it: see withheld.csv.")
    say_next(f"python3 {out}/verify.py --key {done['sign_key']}")
