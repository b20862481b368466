"""A build's own Prefect server, on loopback, where no other is set: it ends with the build.

Prefect would start one itself, but only once its first client asks, and would import all of the server
into the build's process to do so. Here it starts at once, while everything else is still loading.
`python -m flows.server HANDLE` is that server. Importing Prefect takes seconds, so it is done where it is
needed.
"""

import atexit
import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress

STOP_SECONDS = 5


class Server:
    """A server that was started and may not answer yet."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as door:
            # Requests wait at the door until the server takes them, so there is no port to lose
            # to another program, and nothing to ask time and again.
            self.url = f"http://127.0.0.1:{door.getsockname()[1]}/api"
            handle = door.fileno()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "flows.server", str(handle)],
                stdin=subprocess.PIPE,
                pass_fds=[handle],
                # An interrupt typed at the terminal must reach the build before its server.
                start_new_session=True,
            )
        # Prefect sends its last events as its threads end, which is before this.
        atexit.register(self.stop)

    def use(self) -> None:
        """Let Prefect use it, unless Prefect was told of another one, and wait until it answers.

        Raises:
            httpx.HTTPError: when it ended, or does not answer in time.
        """
        import httpx
        from prefect.context import refresh_global_settings_context
        from prefect.settings import PREFECT_API_URL, get_current_settings

        if url := PREFECT_API_URL.value():  # by a profile or a file of settings
            self.stop()
            os.environ["PREFECT_API_URL"] = url
            return
        os.environ["PREFECT_API_URL"] = self.url
        refresh_global_settings_context()
        limit = get_current_settings().server.ephemeral.startup_timeout_seconds
        httpx.get(f"{self.url}/health", timeout=limit).raise_for_status()

    def stop(self) -> None:
        """End it."""
        end(self._process, STOP_SECONDS)


def end(process: subprocess.Popen[bytes], seconds: float) -> None:
    """End a server's process, by force after so many seconds; it holds but the history of runs."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def start() -> Server | None:
    """Start a server for this process alone, unless PREFECT_API_URL names one."""
    return None if os.environ.get("PREFECT_API_URL") else Server()


def main() -> None:
    """Serve what comes in at an open socket, until told to stop or until the parent is gone."""
    threading.Thread(target=_end_with_parent, daemon=True).start()

    import uvicorn
    from prefect.server.api.server import create_app

    app = create_app(ephemeral=True, final=True)
    door = socket.socket(fileno=int(sys.argv[1]))
    level = os.environ.get("PREFECT_SERVER_LOGGING_LEVEL", "error").lower()
    uvicorn.Server(uvicorn.Config(app, log_level=level, lifespan="on")).run(sockets=[door])


def _end_with_parent() -> None:
    with suppress(OSError):
        sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
