"""Worker processes under watch: a dead or hanging one costs the document it was at, nothing else.

What belongs here: starting workers, telling what they do, and what to do when one is lost. What
does not: what a shard is (shards.py) and how shards are spread (the task runner).
"""

import json
import os
import select
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from flows import errors
from flows.errors import OnrecordError
from flows.work import DamagedPart, read_job

COMMAND = [sys.executable, "-m", "flows.worker"]
# Seconds until a new worker must be at its first document: it imports spaCy and loads the model.
START_SECONDS = 600.0
# Seconds beyond a document's limit until a worker that does not stop by itself is killed.
GRACE_SECONDS = 20.0
# Deaths of one worker after another before any document was begun.
MAX_STILLBORN = 3

# Workers one file may cost before all of it is refused, not single records.
MAX_LOSSES = 20
WHOLE_SOURCE = -1
# Record number of several texts, of which the item is the first.
TOGETHER = -1

_DEAD = "its worker process died more than once ({why})"

# Told what a worker did: counts by what they are of.
Tell = Callable[[Mapping[str, int]], None]

_idle: list["Worker"] = []
_all: set["Worker"] = set()
_lock = threading.Lock()
_dismissed = threading.Event()


class WorkerLost(Exception):
    """A worker died or was killed; `at` is the item and record it was at, if any."""

    def __init__(self, at: tuple[int, int] | None, why: str, *, hung: bool = False) -> None:
        super().__init__(why)
        self.at, self.why, self.hung = at, why, hung


class Dismissed(Exception):
    """The crew was sent home while it worked: the build is being given up."""


def run_shard(
    stage: str, work: str, job_path: str, tell: Tell = lambda did: None
) -> dict[str, Any]:
    """Do one shard in a worker process; callable from several threads at once.

    When the worker dies, the items before the one it was at are done again, that one is tried once
    more by itself, and if it kills its worker again it is refused (`failed`); one that hangs is
    killed and refused (`time_limit`) at once. One lost over several texts together says nothing of
    any of them: they are done again one by one.

    Args:
        stage: `clean` or `annotate`.
        work: root of the work parts.
        job_path: the shard.
        tell: told what a worker did, as it does it.

    Returns:
        What `shards.clean_shard` or `shards.annotate_shard` return, of all tries together, and
        `did`: what `tell` was told, summed.

    Raises:
        OnrecordError, OSError, DamagedPart: what the worker raised.
        Dismissed: when `dismiss` was called meanwhile.
    """
    job = read_job(job_path)
    request: dict[str, Any] = {"stage": stage, "work": work, "job": job_path, "options": {}}
    results = []
    did: Counter[str] = Counter()

    def told(counts: Mapping[str, int]) -> None:
        did.update(counts)
        tell(counts)

    refuse: dict[tuple[int, int], tuple[str, str]] = {}
    deaths: Counter[tuple[int, int]] = Counter()
    losses: Counter[int] = Counter()
    stillborn = 0
    pending = [(0, len(job["items"]))]
    while pending:
        first, last = pending.pop()
        if first == last:
            continue
        mine = [[*at, why] for at, why in refuse.items() if first <= at[0] < last]
        try:
            results.append(_ask(request | {"first": first, "last": last, "refuse": mine}, told))
        except WorkerLost as lost:
            if lost.at is None:
                stillborn += 1
                if stillborn == MAX_STILLBORN:
                    raise OnrecordError(_stillborn(lost.why)) from lost
                pending.append((first, last))
                continue
            item = lost.at[0]
            if stage == "annotate" and lost.at[1] == TOGETHER:
                request["options"] = {"alone": True}
                pending.append((first, last))
                continue
            deaths[lost.at] += 1
            losses[item] += 1
            if lost.hung:
                _refuse(refuse, stage, lost.at, ("time_limit", lost.why))
            elif losses[item] > MAX_LOSSES:
                _refuse(refuse, stage, (item, WHOLE_SOURCE), ("failed", _DEAD.format(why=lost.why)))
            elif deaths[lost.at] > 1:
                _refuse(refuse, stage, lost.at, ("failed", _DEAD.format(why=lost.why)))
            pending += [(item + 1, last), (item, item + 1), (first, item)]
    return _merged(results) | {"did": dict(did)}


def dismiss() -> None:
    """Kill every worker; whoever waits for one gets `Dismissed`."""
    with _lock:
        _dismissed.set()
        for worker in _all:
            # Its pipes stay open: another thread may be waiting on them, and now reads their end.
            worker.process.kill()
            worker.process.wait()
        _all.clear()
        _idle.clear()


def enlist(ahead: int = 0, annotate_config: str | None = None) -> None:
    """Allow workers to be started (again).

    Args:
        ahead: how many to start at once: they import their libraries while the orchestrator starts.
        annotate_config: `AnnotateConfig` as JSON, for these to load its model meanwhile as well.
    """
    _dismissed.clear()
    with _lock:
        while len(_all) < ahead:
            worker = Worker()
            _all.add(worker)
            _idle.append(worker)
            if annotate_config is not None:
                with suppress(BrokenPipeError):  # dead already, as whoever asks it will find
                    worker.send({"prepare": annotate_config})


class Worker:
    """One worker process and the pipe to it."""

    def __init__(self) -> None:
        # One thread a process: matrices are small, and the shards are what is spread.
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        self._rest = b""

    def send(self, request: Mapping[str, Any]) -> None:
        """Send a request.

        Raises:
            BrokenPipeError: when the process is dead.
        """
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, request: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
        """Send a request and wait for its answer; `tell` is told what is done meanwhile.

        Raises:
            WorkerLost: when the process dies, or says nothing for too long.
        """
        at: tuple[int, int] | None = None
        seconds = START_SECONDS
        try:
            self.send(request)
            while (line := self._line(seconds)) is not None:
                said: dict[str, Any] = json.loads(line)
                if "did" in said:
                    tell(said["did"])
                    continue
                if "at" not in said:
                    return said
                item, record = said["at"]
                at, seconds = (item, record), said["seconds"]
        except TimeoutError as error:
            self.kill()
            why = f"not done after {seconds:g} s; its worker process was killed"
            raise WorkerLost(at, why, hung=at is not None) from error
        except BrokenPipeError:
            pass
        code = self.process.wait()
        raise WorkerLost(at, f"signal {-code}" if code < 0 else f"exit code {code}")

    def kill(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    pass

    def _line(self, seconds: float) -> bytes | None:
        """The next line, None once the worker has closed its pipe.

        Raises:
            TimeoutError: when it does not come in time.
        """
        assert self.process.stdout is not None
        handle = self.process.stdout.fileno()
        while b"\n" not in self._rest:
            if not select.select([handle], [], [], seconds + GRACE_SECONDS)[0]:
                raise TimeoutError
            block = os.read(handle, 65_536)
            if not block:
                return None
            self._rest += block
        line, _, self._rest = self._rest.partition(b"\n")
        return line


def _ask(request: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    worker = _take()
    try:
        answer = worker.ask(request, tell)
    except (WorkerLost, OSError, ValueError):
        _drop(worker)
        if _dismissed.is_set():
            raise Dismissed from None
        raise
    except BaseException:
        _drop(worker)
        raise
    with _lock:
        _idle.append(worker)
    return _unpacked(answer)


def _take() -> Worker:
    with _lock:
        if _dismissed.is_set():
            raise Dismissed
        worker = _idle.pop() if _idle else Worker()
        _all.add(worker)
    return worker


def _drop(worker: Worker) -> None:
    worker.kill()
    with _lock:
        _all.discard(worker)


def _unpacked(answer: dict[str, Any]) -> dict[str, Any]:
    """What the worker gives back; what it raised is raised here."""
    if "done" in answer:
        done: dict[str, Any] = answer["done"]
        return done
    if "damaged" in answer:
        raise DamagedPart(*answer["damaged"])
    if "system" in answer:
        raise OSError(*answer["system"])
    if "error" in answer:
        name, message = answer["error"]
        raise getattr(errors, name, OnrecordError)(message)
    raise OnrecordError(f"{answer['fault']}. This is a fault of the program.\n{answer['trace']}")


def _refuse(
    refuse: dict[tuple[int, int], tuple[str, str]],
    stage: str,
    at: tuple[int, int],
    why: tuple[str, str],
) -> None:
    """Refuse a record; one of a collection that is fatal even so costs its whole source."""
    if stage == "clean" and at in refuse:
        refuse[at[0], WHOLE_SOURCE] = why
    refuse[at] = why


def _merged(results: list[dict[str, Any]]) -> dict[str, Any]:
    merged: dict[str, Any] = {"parts": []}
    for result in results:
        for name, value in result.items():
            if isinstance(value, list):
                merged[name] = merged.get(name, []) + value
            elif isinstance(value, dict):
                merged[name] = merged.get(name, {}) | value
            else:
                merged[name] = merged.get(name, 0) + value
    return merged


def _stillborn(why: str) -> str:
    return (
        f"a worker process ends before its first document ({why}). Where memory is short, give "
        "fewer --workers; else run `python -m flows.worker` and read what it prints."
    )
