"""`leadline demo`: invent a tip, do the whole job on it, print the funnel and where to look next."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leadline.cli.options import put_table, say, say_next

if TYPE_CHECKING:
    from leadline.facts.runs import Progress
    from leadline.pipeline import Finished
    from leadline.synthetic.inventor import Invented

DEFAULT_FOLDER = "leadline-demo"


@click.command("demo")
@click.option("--scale", type=click.Choice(["small", "operation"]), default="small", show_default=True)
@click.option(
    "--workspace",
    type=click.Path(file_okay=False, path_type=Path),
    help=f"Where to make the workspace; else {DEFAULT_FOLDER} in the current folder.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=2019, show_default=True, help="The same seed invents the same tip."
)
@click.pass_context
def demo_command(ctx: click.Context, scale: str, workspace: Path | None, seed: int) -> None:
    """TRAINING: invented data in reserved address space. Invent, receive, run, report."""
    from leadline.cli.tips import show_accounting
    from leadline.cli.watching import watching

    target = Path(workspace or ctx.find_root().obj or DEFAULT_FOLDER)
    progress = watching()
    invented = _invent(target, scale, seed, progress)
    started = time.monotonic()
    finished = _do_the_job(target, invented, progress)
    if scale == "small" and _examine_device(target, seed, progress):
        finished = _run_again(target, progress)
    say(f"Receive and run took {time.monotonic() - started:.1f} s.")
    show_accounting(finished)
    _show_funnel(target, finished)
    _show_partners(target)
    if scale == "small":
        from leadline.cli.demo_answers import show_answers

        show_answers(target, invented.bundle.parent, seed=seed, progress=progress)
    say("TRAINING: all of this is invented. Scores are an order of work: no probability and no measure of guilt.")
    say("Where to look next:")
    for command in (
        "candidates --top 20",
        f"explain {_first_account(target)}",
        "addresses",
        "requests --out DIR",
        "rejects",
        "findings",
    ):
        say(f"  leadline --workspace {target} {command}")
    say(f"  leadline --workspace {target} verify")
    _put_bundle(target, seed + 1)
    if _desk(target, finished.accounting.run):
        say_next(f"leadline --workspace {target} serve")


def _put_bundle(target: Path, seed: int) -> None:
    """A second, tiny bundle in the desk's intake folder, to be taken in there."""
    from leadline.synthetic.inventor import invent

    invented = invent(target.with_name(f"{target.name}-invented-tiny-{seed}"), scale="tiny", seed=seed)
    folder = target.with_name(f"{target.name}-incoming") / "training"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(invented.bundle, folder / f"second tip {seed}")


def _desk(target: Path, run: str) -> bool:
    """A desk with people and some work under way, where the packages for it are installed."""
    from importlib.util import find_spec

    if not all(find_spec(name) for name in ("django", "allauth", "csp", "django_htmx", "gunicorn", "whitenoise")):
        say("The desk is left out: its packages are not installed (`pip install leadline[desk]`).")
        say_next(f"leadline --workspace {target} verify")
        return False
    command = [sys.executable, "-m", "leadline.web.demo_populate", str(target), run]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  our own module
    if done.returncode:
        say(f"The desk could not be filled: {done.stderr.strip().splitlines()[-1:]}")
        return False
    say(done.stdout.strip())
    return True


def _invent(target: Path, scale: str, seed: int, progress: Progress) -> Invented:
    from leadline.synthetic.inventor import invent

    folder = target.with_name(f"{target.name}-invented-{scale}-{seed}")
    started = time.monotonic()
    before = 0

    def told(written: int, whole: int) -> None:
        nonlocal before
        if not before:
            progress.begin("inventing", whole)
        progress.advance(written - before, rows=written - before)
        before = written

    invented = invent(folder, scale=scale, seed=seed, progress=told)
    progress.end()
    say(f"TRAINING: an invented tip lies in {folder} ({time.monotonic() - started:.1f} s), its truth apart in truth/.")
    return invented


def _do_the_job(target: Path, invented: Invented, progress: Progress) -> Finished:
    from leadline.pipeline import run_tip
    from leadline.reference.store import add_networks
    from leadline.settings import FILE_NAME
    from leadline.stages.intake.receive import receive
    from leadline.vocabulary.identifiers import parse_tip
    from leadline.workspace import make_workspace

    if not (target / FILE_NAME).exists():
        make_workspace(target, agency="training")
    for table in invented.tables:
        add_networks(target, table.path, as_of=table.as_of, name=table.name, kind=table.kind)
    received = receive(target, invented.bundle, as_is=False, leave_out=(), progress=progress)
    say(f"Sealed as tip {received.manifest.tip}.")
    return run_tip(target, parse_tip(received.manifest.tip), progress=progress)


def _run_again(target: Path, progress: Progress) -> Finished:
    """The device's result is one more input of the run."""
    from leadline.pipeline import run_tip

    return run_tip(target, progress=progress)


def _examine_device(target: Path, seed: int, progress: Progress) -> bool:
    from leadline.cli.demo_device import examine_invented_device

    # Where the desk of the agency `training` looks for devices (`leadline.casefile.devices`).
    folder = target.with_name(f"{target.name}-devices") / "training" / f"device-{seed}"
    return examine_invented_device(target, folder, seed=seed, progress=progress)


def _show_funnel(target: Path, finished: Finished) -> None:
    """From lines to what a team can start on, each step with its share of the one before."""
    from leadline.inquiry.candidates import select_candidates
    from leadline.inquiry.runs import open_run

    rows = select_candidates(open_run(target, finished.accounting.run)).read_all()
    levels = rows.column("level").to_pylist()
    sums = finished.accounting
    steps = [
        ("lines of the access logs", sums.lines),
        ("accesses", sums.accesses),
        ("relevant accesses", sums.relevant),
        ("accounts", sums.accounts),
        ("attributed to one jurisdiction", sums.attributed),
        ("jurisdictions", len({code for code in rows.column("jurisdiction").to_pylist() if code})),
        *((f"level {level}", levels.count(level)) for level in ("very-high", "high", "medium", "low")),
    ]
    click.echo("")
    put_table(((name, f"{count:,}") for name, count in steps), ("the funnel", "count"))


def _show_partners(target: Path) -> None:
    """The way out and back: packages to invented partners, and what they say came of it."""
    from leadline.synthetic.partners import play_partners

    folder = target.with_name(f"{target.name}-partners")
    shutil.rmtree(folder, ignore_errors=True)
    started = time.monotonic()
    played = play_partners(target, folder, most=10)
    told = played.counts
    say(
        f"Drafting, sealing, opening and returns took {time.monotonic() - started:.1f} s; the packages lie in {folder}."
    )
    click.echo("")
    steps = [
        ("drafts that could be made, one a partner or state", played.drafts),
        ("accounts left out with a reason", played.left_out),
        ("packages sealed and opened", played.packages),
        ("leads in them", played.leads),
        ("requests to verify in them", played.to_verify),
        ("leads answered", told["leads_answered"]),
        ("persons identified", told["persons_identified"]),
        ("arrests", told["arrests"]),
        ("positions of trust", told["positions_of_trust"]),
        ("children safeguarded", told["children_safeguarded"]),
    ]
    put_table(((name, f"{count:,}") for name, count in steps), ("out and back (invented)", "count"))


def _first_account(target: Path) -> str:
    from leadline.inquiry.candidates import select_candidates
    from leadline.inquiry.runs import open_run

    rows = select_candidates(open_run(target), top=1).read_all()
    return str(rows.column("account_key")[0]) if rows.num_rows else "ACCOUNT"
