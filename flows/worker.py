"""A worker process: shards come as lines of JSON on stdin, what came of them goes to stdout.

Started by crew.py. It says which record it is about to do, so that whoever watches knows which one
killed it or holds it up. It ends with its parent: when stdin ends, so does it, at once.
"""

import gc
import json
import os
import queue
import signal
import sys
import threading
import traceback
from contextlib import suppress
from typing import IO, Any

from flows import shards
from flows.errors import OnrecordError
from flows.work import DamagedPart

# Young objects from which the collector looks through them: a batch of parses has more than
# Python's 700, and none of them is garbage.
YOUNG_OBJECTS = 100_000

STAGES = {"clean": shards.clean_shard, "annotate": shards.annotate_shard}


def main() -> None:
    """Do shards until stdin ends."""
    # An interrupt at the terminal reaches every process of it; the parent decides what to do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as answers:
        # Whatever a library prints must not be taken for an answer.
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        threading.Thread(target=_listen, args=(requests,), daemon=True).start()
        gc.set_threshold(YOUNG_OBJECTS)
        while True:
            # All that was loaded stays: the collector need not look through it time and again.
            gc.freeze()
            request = requests.get()
            if "prepare" in request:
                # What goes wrong goes wrong again with the first shard, which is told of it.
                with suppress(Exception):
                    shards.prepare(request["prepare"])
            else:
                _say(answers, _answer(request, answers))


def _answer(request: dict[str, Any], answers: IO[str]) -> dict[str, Any]:
    try:
        result = STAGES[request["stage"]](
            request["work"],
            request["job"],
            first=request["first"],
            last=request["last"],
            refuse={(item, record): tuple(why) for item, record, why in request["refuse"]},
            watch=lambda item, record, seconds: _say(
                answers, {"at": [item, record], "seconds": seconds}
            ),
            tell=lambda did: _say(answers, {"did": dict(did)}),
            **request["options"],
        )
    except DamagedPart as error:
        return {"damaged": [error.stage, error.part]}
    except OSError as error:
        return {"system": [error.errno, error.strerror or str(error), error.filename]}
    except OnrecordError as error:
        return {"error": [type(error).__name__, str(error)]}
    except Exception as error:
        trace = traceback.format_exc()
        return {"fault": f"{type(error).__name__}: {error}", "trace": trace}
    return {"done": result}


def _listen(requests: "queue.SimpleQueue[dict[str, Any]]") -> None:
    for line in sys.stdin:
        requests.put(json.loads(line))
    # No clean-up: parts appear by rename, and the main thread may be busy for minutes.
    os._exit(1)


def _say(answers: IO[str], value: dict[str, Any]) -> None:
    print(json.dumps(value), file=answers, flush=True)


if __name__ == "__main__":
    main()
