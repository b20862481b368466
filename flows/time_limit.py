"""A limit of the time that one document may take, inside the process that works on it.

What a signal cannot stop, a hang in compiled code, is the affair of whoever watches the process
(crew.py).
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class OutOfTime(BaseException):
    """A document took longer than its limit; no library's `except Exception` stops it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `OutOfTime` inside the block after so many seconds.

    Needs the main thread, where signals arrive; elsewhere the block runs without a limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    running = True

    def stop(signum: int, frame: Any) -> None:
        if running:
            raise OutOfTime(f"not done after {seconds:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        running = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
