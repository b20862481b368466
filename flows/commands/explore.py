"""`onrecord explore`: a release in the browser."""

import socket
import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import Output, Release, release_folder
from flows.errors import UsageError
from flows.publish.reading import reading

LOOPBACK = "127.0.0.1"


def explore(
    release: Release = None,
    output: Output = Path("output"),
    port: Annotated[int, typer.Option(help="Port on loopback; 0 for any free one.")] = 8765,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
) -> None:
    """Search a release in the browser: quotes, speakers, articles. Stop with Ctrl+C.

    Examples:

        onrecord explore

        onrecord explore corpus/releases/0123456789abcdef --port 9000 --no-browser

    Answers on this machine alone (loopback), changes nothing, and asks no other machine.
    """
    folder = release_folder(release, output)
    listener = _listen(port)
    # The web framework is imported once it is sure that there is something to show.
    import uvicorn

    from flows.explore.app import create_app

    print(f"Reading {folder} ...", file=sys.stderr)
    with reading(folder) as held:
        try:
            app = create_app(held)
        except FileNotFoundError as error:
            raise UsageError(
                f"{folder} is no release ({error}). Give one: onrecord explore DIR"
            ) from error
        address = f"http://{LOOPBACK}:{listener.getsockname()[1]}/"
        print(f"{address} (Ctrl+C stops it)", flush=True)
        if browser:
            webbrowser.open(address)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        server.run(sockets=[listener])


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    # A port that the last explorer has just left may be taken again.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
        # From here on a browser that asks too early waits, and is not refused.
        listener.listen()
    except (OSError, OverflowError) as error:
        raise UsageError(f"port {port}: {error}. Give another: --port 0") from error
    return listener
