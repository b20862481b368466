"""The `onrecord` command: data on stdout, messages on stderr, documented exit codes."""

import atexit
import os
import signal
import sys
import traceback
from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated, Any

import typer

from flows.commands.build import build
from flows.commands.check import check
from flows.commands.config import config
from flows.commands.doctor import doctor
from flows.commands.evaluate import evaluate, sample
from flows.commands.explain import explain
from flows.commands.explore import explore
from flows.commands.export import export
from flows.commands.hydrate import hydrate
from flows.commands.init import init
from flows.commands.releases import diff, gc, releases, rollback
from flows.commands.schedule import schedule
from flows.commands.schema import schema
from flows.commands.verify import verify
from flows.errors import Interrupted, OnrecordError
from flows.orchestrator import set_up

EXIT_CODES = """Exit codes: 0 done (also: nothing new), 2 usage, 3 configuration, 4 inputs unusable,
5 validation failed and nothing published, 6 another build holds the lock, 7 integrity mismatch,
8 model missing, 9 no space or permission, 130 interrupted, 1 anything else."""

app = typer.Typer(
    name="onrecord",
    help="From raw English news articles to a corpus of who said what, in which article, and where.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    # Brackets in help are text; as markup of Rich's they would be swallowed.
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
COMMANDS: tuple[Callable[..., None], ...] = (
    *(build, check, verify, schema, schedule),
    *(releases, diff, rollback, gc, hydrate),
    *(explore, export, evaluate, sample, explain, init, doctor),
)
for command in COMMANDS:
    app.command()(command)
app.add_typer(config, name="config")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"onrecord {version('onrecord')}")
        raise typer.Exit


@app.callback()
def settings(
    ctx: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks and all logs.")] = False,
    _: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Set up what every command needs."""
    ctx.obj = {"debug": debug}
    set_up(debug=debug, quiet=ctx.invoked_subcommand == "build")


def main() -> None:
    """Run the command; every error becomes a message and an exit code."""
    debug = "--debug" in sys.argv
    if debug:
        # Allowed anywhere on the line, for one adds it to the end of a command that failed.
        sys.argv = [sys.argv[0], "--debug", *(a for a in sys.argv[1:] if a != "--debug")]
    if not debug:
        atexit.register(_close_stderr)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    sys.exit(_run(debug))


def _run(debug: bool) -> int:
    """Run the command; returns the exit code once nothing of the command is left in memory."""
    try:
        app()
    except Exception as error:
        return _report(error, debug)
    except SystemExit as end:
        # What Typer makes of KeyboardInterrupt, without a word.
        if end.code != Interrupted.exit_code:
            raise
        return _report(Interrupted("interrupted; the latest release is what it was."), debug)
    return 0


def _close_stderr() -> None:
    """Keep the last word: DuckDB's bindings list what threads of others still hold of them.

    Registered first, so it runs when every other exit function has.
    """
    sys.stderr.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)


def _interrupt(signum: int, frame: Any) -> None:
    raise KeyboardInterrupt


def _report(error: Exception, debug: bool) -> int:
    if debug:
        traceback.print_exception(error)
    if isinstance(error, OnrecordError):
        print(f"onrecord: {error}", file=sys.stderr)
        return error.exit_code
    if isinstance(error, MemoryError):
        print(
            "onrecord: memory does not suffice; nothing was published. Give fewer --workers, or "
            "smaller pieces of work (build.shard_words).",
            file=sys.stderr,
        )
        return OnrecordError.exit_code
    print(
        f"onrecord: {type(error).__name__}: {error}. This is a fault of the program: run it again "
        "with --debug and report what it prints.",
        file=sys.stderr,
    )
    return OnrecordError.exit_code
