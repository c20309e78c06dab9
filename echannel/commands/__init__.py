"""The commands: thin; each says what it does and hands over to rooms that it imports when it runs."""

import sys

import typer
from rich.markup import escape

from echannel.commands.access import access
from echannel.commands.answers import recommend
from echannel.commands.logs import ingest, simulate
from echannel.commands.models import evaluate, train
from echannel.commands.page_plans import layout
from echannel.commands.people import erase, identity, keys
from echannel.commands.plans import plan
from echannel.commands.policies import evaluate_policy
from echannel.commands.quarantine import quarantine
from echannel.commands.reports import report
from echannel.commands.serving import demo, serve
from echannel.commands.settings import settings
from echannel.console import notes, spare_signs
from echannel.disk import explain_refusal
from echannel.exits import Exit, Stop

__all__ = ["app", "main"]

app = typer.Typer(
    name="echannel",
    help="Clickstream reports and recommendations for telecom e-channels: web hall, WAP and app.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (demo, simulate, ingest, quarantine, report, train, evaluate, evaluate_policy, serve, erase, settings):
    app.command()(command)
app.add_typer(recommend, name="recommend")
plan.command("layout")(layout)
app.add_typer(plan, name="plan")
app.add_typer(identity, name="identity")
app.add_typer(access, name="access")
app.add_typer(keys, name="keys")


def main() -> None:
    """Run a command; a known fault ends it with its exit code, saying what happened, where, and how to go on."""
    spare_signs()
    try:
        app()
    except Stop as stop:
        _explain(stop.where, stop.what, stop.fix)
        sys.exit(stop.code)
    except ModuleNotFoundError as fault:
        _explain(fault.name or "", "this command needs more than serving does", "Run: pip install 'echannel[full]'")
        sys.exit(Exit.WRONG_USE)
    except ValueError as fault:
        if not {"what", "where", "fix"} <= vars(fault).keys():
            raise
        _explain(*(str(vars(fault)[part]) for part in ("where", "what", "fix")))
        sys.exit(Exit.BAD_INPUT)
    except Exception as fault:
        refused = explain_refusal(fault)
        if refused is None:
            raise
        _explain(refused.where, refused.what, refused.fix)
        sys.exit(refused.code)


def _explain(where: str, what: str, fix: str) -> None:
    notes.print(f"[bold red]✗[/] {escape(where)}: {escape(what)}.", soft_wrap=True)
    notes.print(f"  {escape(fix)}", soft_wrap=True)
