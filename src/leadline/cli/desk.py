"""The desk: setting it up, its agencies, its worker, and `leadline serve`, which starts all of it."""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

import click

from leadline.cli.options import json_option, put_json, put_table, reason_option, say, say_next, workspace_option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from leadline.cli.keeping import Kept

_KINDS = ("regulator", "police", "customs", "other")
LOOK_SECONDS = 0.5


@click.group("desk")
def desk_command() -> None:
    """The desk in a browser: set it up, found agencies, list a run, read a lead."""


@desk_command.command("setup")
@workspace_option
def setup(workspace: Path) -> None:
    """Make the desk's key, folders and tables; again after an update."""
    from leadline.casefile.standing import set_up

    set_up(workspace)
    say("The desk is set up.")
    say_next("leadline desk agency CODE --name NAME --kind KIND --admin LOGIN")


@desk_command.command("agency")
@click.argument("code")
@click.option("--name", required=True, help="Its full name.")
@click.option("--kind", type=click.Choice(_KINDS), required=True)
@click.option("--admin", required=True, metavar="LOGIN", help="Login of its first colleague, before the @.")
@click.password_option("--password", envvar="LEADLINE_DESK_PASSWORD", help="Asked for where it is left out.")
@workspace_option
def agency(code: str, name: str, kind: str, admin: str, password: str, workspace: Path) -> None:
    """Found an agency with its first colleague, who is its admin."""
    from leadline.casefile.standing import ready

    ready(workspace)
    from leadline.casefile.actions.agencies import found_agency

    member = found_agency(code=code, name=name, kind=kind, admin=admin, password=password)
    say(f"{name} is founded; its admin signs in as {member.login}.")
    say_next("leadline serve")


@desk_command.command("turn-keys")
@click.option("--finish", is_flag=True, help="Drop the key before; do it once the desk was started anew.")
@workspace_option
def turn_keys_command(finish: bool, workspace: Path) -> None:  # noqa: FBT001  click passes flags by name
    """A new key for sessions and for the secrets of second factors; all are encrypted anew in one transaction."""
    from leadline.casefile.standing import ready

    ready(workspace)
    from leadline.casefile.turning import finish_turning, turn_keys

    if finish:
        say(f"The key before is dropped; {finish_turning()} second factors open by the new one alone.")
        say_next("leadline verify")
        return
    say(f"A new key is in force, and {turn_keys()} second factors are encrypted by it; the key before still opens.")
    say("Start the desk anew, so that it signs sessions by the new key; after ten hours no session needs the old one.")
    say_next("leadline desk turn-keys --finish")


@desk_command.command("list")
@click.argument("run")
@click.option("--as", "login", required=True, metavar="LOGIN", help="On whose behalf: name@agency.")
@workspace_option
def list_command(run: str, login: str, workspace: Path) -> None:
    """Have the desk's lists answer from a complete run of the colleague's agency."""
    from leadline.casefile.standing import ready

    ready(workspace)
    from leadline.casefile.actions.tips import list_run
    from leadline.casefile.reading import colleague
    from leadline.cli.watching import watching

    tip = list_run(run, progress=watching(), actor=colleague(login))
    say(f"The lists of tip {tip.tip} answer from run {tip.current_run}.")
    say_next("leadline serve")


@desk_command.command("read")
@click.argument("name")
@click.option("--as", "login", required=True, metavar="LOGIN", help="On whose behalf: name@agency.")
@reason_option
@json_option
@workspace_option
def read(name: str, login: str, reason: str, as_json: bool, workspace: Path) -> None:  # noqa: FBT001  click's way
    """Show one lead or case; the reading is audited."""
    from leadline.casefile.standing import ready

    ready(workspace)
    from leadline.casefile.reading import colleague, read_aloud

    row = read_aloud(name, reason, actor=colleague(login))
    if as_json:
        put_json(row)
    else:
        put_table(row.items(), ("field", "value"))
    say_next("leadline serve")


@desk_command.command("work")
@workspace_option
def work(workspace: Path) -> None:
    """Carry out jobs and seal the audit until told to stop; `serve` starts this."""
    from leadline.casefile.standing import ready

    ready(workspace)
    from leadline.jobs import work as carry_out

    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    carry_out(stopping)


@click.command("serve")
@click.option("--port", type=click.IntRange(1, 65535), default=8014, show_default=True)
@workspace_option
def serve_command(port: int, workspace: Path) -> int:
    """Start the desk on this machine: the site and one worker, each started again where it ends, until interrupted."""
    from leadline.casefile.standing import environment, set_up
    from leadline.cli.keeping import Kept
    from leadline.errors import WrongUsage

    if importlib.util.find_spec("gunicorn") is None or importlib.util.find_spec("leadline.web.wsgi") is None:
        raise WrongUsage("the desk is not installed.", advice="pip install 'leadline[desk]'")
    set_up(workspace)
    there = {**os.environ, **environment(workspace), "LEADLINE_DESK_PLAIN": "1"}
    site = ["gunicorn", "leadline.web.wsgi:application", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    site += ["--threads", "4", "--log-level", "warning"]
    worker = ["leadline.cli.main", "--workspace", str(workspace), "desk", "work"]
    processes = [
        Kept(name, [sys.executable, "-m", *line], there) for name, line in (("site", site), ("worker", worker))
    ]
    for process in processes:
        process.look()
    say(f"The desk is at http://127.0.0.1:{port}/ and on this machine alone. Stop it with Ctrl-C.")
    _until_told(processes)
    return 0


def _until_told(processes: Sequence[Kept]) -> None:
    """Keep both halves running until somebody stops them."""
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    try:
        while not stopping.wait(LOOK_SECONDS):
            for process in processes:
                process.look()
    except KeyboardInterrupt:
        pass
    for process in processes:
        process.stop()
