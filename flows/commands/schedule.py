"""`onrecord schedule`: rebuild on a schedule, on this machine."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import ConfigFile, Inputs, Output, configured, inputs_or_seeds


def schedule(
    inputs: Inputs = None,
    cron: Annotated[str, typer.Option(help="When, as a cron line.")] = "0 3 * * *",
    output: Output = Path("output"),
    config: ConfigFile = None,
    timezone: Annotated[str, typer.Option(help="Zone the cron line counts in.")] = "UTC",
) -> None:
    """Serve a schedule of rebuilds until stopped; one at a time.

    Examples:

        onrecord schedule --cron "0 3 * * *" articles/

    Uses the Prefect server of PREFECT_API_URL, or starts one on loopback.
    """
    settings = configured(config)
    from flows.schedule import serve

    paths = [str(Path(p).resolve()) if "://" not in p else p for p in inputs_or_seeds(inputs)]
    serve(paths, str(output.resolve()), settings, cron=cron, timezone=timezone)
