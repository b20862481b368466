"""What a person sees while a build runs: a bar on a terminal, plain lines elsewhere, on stderr.

Workers say what they did, document by document (crew.py); a stage that runs in another process, on
a cluster, is counted shard by shard.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

# Seconds between two plain lines of one stage.
PLAIN_SECONDS = 10.0

_running: dict[str, "Stage"] = {}


class Stage:
    """One stage under way.

    Its counts are of `items` (files while cleaning, documents while annotating: what `total`
    counts), `documents`, `words` and `refused`.
    """

    def __init__(self, name: str, total: int, console: Console, bar: Progress | None) -> None:
        self.name, self.total = name, total
        self._counts: Counter[str] = Counter()
        self._console, self._bar = console, bar
        self._id = bar.add_task(name, total=total or None, told="") if bar else None
        self._began = self._said = time.monotonic()
        self._lock = threading.Lock()

    def add(self, did: Mapping[str, int]) -> None:
        """Count what was done; callable from any thread."""
        with self._lock:
            self._counts.update(did)
            if self._bar is not None and self._id is not None:
                self._bar.update(self._id, completed=self._done(), told=self.line())
            elif time.monotonic() - self._said >= PLAIN_SECONDS:
                self._said = time.monotonic()
                self.say(self.line())

    def line(self, *, ended: bool = False) -> str:
        """What was done so far, how fast, and how long the rest will take at that speed."""
        seconds = time.monotonic() - self._began
        done, counts = self._done(), self._counts
        said = [f"{done:,} of {self.total:,}"] if self.total and not ended else []
        said += [f"{counts[what]:,} {what}" for what in ("documents", "words") if counts[what]]
        said += [f"{counts['refused']:,} refused"] if counts["refused"] else []
        if counts["words"] and seconds:
            said.append(f"{counts['words'] / seconds:,.0f} words/s")
        if ended:
            said.append(f"{_clock(seconds)}")
        elif done:
            said.append(f"{_clock(seconds / done * (self.total - done))} left")
        return " · ".join(said)

    def say(self, line: str) -> None:
        """Print a line that stays."""
        self._console.print(f"{self.name}: {line}", markup=False, highlight=False, soft_wrap=True)

    def _done(self) -> int:
        # What a lost worker had done is done, and counted, again.
        return min(self._counts["items"], self.total)


@contextmanager
def stage(name: str, total: int = 0) -> Iterator[Stage]:
    """Show a stage of `total` items, or of a length that is not known; a line of it stays."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[told]}", markup=False),
    )
    if console.is_terminal:
        with Progress(*columns, console=console, transient=True) as bar:
            shown = _running[name] = Stage(name, total, console, bar)
            try:
                yield shown
            finally:
                del _running[name]
    else:
        shown = _running[name] = Stage(name, total, console, None)
        try:
            yield shown
        finally:
            del _running[name]
    shown.say(shown.line(ended=True))


def tell(name: str, did: Mapping[str, int]) -> None:
    """Count what a worker did, where this process shows that stage; nothing elsewhere."""
    if (shown := _running.get(name)) is not None:
        shown.add(did)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
