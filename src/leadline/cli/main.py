"""`leadline COMMAND`: commands are imported only when they are called, so that help is quick.

Data goes to stdout, words and progress to stderr; a :class:`LeadlineError` becomes its message and exit code.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadline import __version__
from leadline.errors import LeadlineError

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "Invent a tip, run the whole job on it, print the funnel."),
    "init": ("workspace", "Make a workspace."),
    "set": ("workspace", "Change a setting of the workspace; the change is sealed."),
    "receive": ("tips", "Seal a tip bundle (folder or .zip)."),
    "reference": ("reference", "Load and list dated reference tables."),
    "run": ("tips", "Carry out the whole plan on a tip; resumable."),
    "rejects": ("answers", "Every refused line."),
    "candidates": ("answers", "Ranked candidates."),
    "addresses": ("answers", "What the tables say of each address."),
    "requests": ("answers", "Resolution requests, one CSV a record holder."),
    "answers": ("returned", "Seal a record holder's answers to requests; each row matched or refused."),
    "checks": ("returned", "Seal checks that came back from registers and agencies."),
    "returned": ("returned", "Every row that came back: accepted, or refused with its reason."),
    "explain": ("answers", "Everything about one account."),
    "collection": ("collection", "The cache through time: growth, who added what, uploaded but not listed."),
    "origin": ("collection", "Who may have created the cache, who made it grow, and how sure that is."),
    "clusters": ("linkage", "Accounts that seem to be one person's or of one home."),
    "rulings": ("rulings", "What persons decided about pairs of accounts, for the next run."),
    "capacity": ("linkage", "What a team reaches by when, and what is lost before."),
    "examine": ("devices", "Triage of a device, image or listing by hash; read-only."),
    "findings": ("devices", "Every file of an examination, in the order to look at."),
    "look": ("looking", "Take the next contents to look at, which nobody has looked at; within a budget."),
    "exposure": ("looking", "What you have looked at, week by week; private."),
    "partners": ("partners", "Who may receive packages: keys, jurisdictions, assurance."),
    "report": ("devices", "An examination's report as CSV and PDF."),
    "handover": ("devices", "Hash an examined source again when it changes hands."),
    "checkpoint": ("workspace", "The log's newest signed checkpoint, to be kept outside."),
    "refer": ("referrals", "Draft referrals to partners."),
    "approve": ("referrals", "The second person's approval of a draft."),
    "seal": ("referrals", "Sign an approved referral and seal it to its partner."),
    "recall": ("referrals", "Withdraw a draft, or recall a package."),
    "referrals": ("referrals", "Where each referral stands; silence; marks."),
    "returns": ("returns", "A partner's filled form: preview, rejects, import; figures."),
    "open": ("packages", "Open a sealed package as its recipient."),
    "disclose": ("retention", "What speaks for or against an account, for the defence."),
    "categorise": ("retention", "Say what the holder of an account is: the clock of what is kept runs by it."),
    "due": ("retention", "Whose data must be looked at again or erased, by when and why."),
    "retire": ("retention", "Take a cleared account out for good."),
    "desk": ("desk", "The desk in a browser: set it up, found agencies, list a run, read a lead."),
    "serve": ("desk", "Start the desk on this machine: the site and one worker."),
    "verify": ("workspace", "Re-hash exhibits, re-check the log and every run's lineage."),
    "doctor": ("workspace", "What is installed, loaded, dated, missing, unsafe."),
}
"""Command → module of this package, and its line in the help."""


class LazyGroup(click.Group):
    """A group that knows its commands' names and help without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  the signature is click's
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"leadline.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"auto_envvar_prefix": "LEADLINE", "help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="leadline")
@click.option(
    "--workspace",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="LEADLINE_WORKSPACE",
    help="The workspace; else LEADLINE_WORKSPACE, else the current folder.",
)
@click.pass_context
def leadline(ctx: click.Context, workspace: Path | None) -> None:
    """From a provider's tip to explained, ranked candidates.

    Scores are an order of work: no probability and no measure of guilt.
    """
    ctx.obj = workspace


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point; always leaves with one of the contract's exit codes."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command line and return its exit code."""
    try:
        done: Any = leadline.main(args=arguments, prog_name="leadline", standalone_mode=False)
    except LeadlineError as error:
        click.echo(f"leadline: {error}", err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("leadline: interrupted; the same command takes the work up again.", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    return done if isinstance(done, int) else 0


if __name__ == "__main__":
    main()
