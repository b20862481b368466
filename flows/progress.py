"""What a person sees while a build runs: a bar on a terminal, plain lines elsewhere, on stderr."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class Stage:
    """One stage under way; `advance` after each shard."""

    def __init__(self, name: str, total: int, bar: Progress | None) -> None:
        self.name, self.total, self.done, self.words = name, total, 0, 0
        self._began = time.monotonic()
        self._bar = bar
        self._id = bar.add_task(name, total=total, speed="") if bar else None

    def advance(self, words: int = 0) -> None:
        """Count one shard, and the words it had."""
        self.done += 1
        self.words += words
        speed = self._speed()
        if self._bar is not None and self._id is not None:
            self._bar.update(self._id, advance=1, speed=speed)
        else:
            print(f"{self.name}: {self.done} of {self.total} {speed}".rstrip(), file=sys.stderr)

    def _speed(self) -> str:
        seconds = time.monotonic() - self._began
        return f"{self.words / seconds:,.0f} words/s" if self.words and seconds else ""


@contextmanager
def stage(name: str, total: int) -> Iterator[Stage]:
    """Show a stage of `total` shards; nothing is shown for one that has none."""
    console = Console(stderr=True)
    if total and console.is_terminal:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[speed]}"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console, transient=True) as bar:
            yield Stage(name, total, bar)
    else:
        yield Stage(name, total, None)
