"""What Prefect costs a task: tasks that do nothing, in a flow with a server of its own.

    python -m benchmarks.orchestrator [--tasks 100] [--workers 2]

Processor time is that of the flow's process and of its server, of many tasks less that of one. A shard
is worth about a minute, so the share shown is of sixty seconds.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from typing import Any

from flows import server
from flows.orchestrator import set_up

SHARD_SECONDS = 60.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tasks", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(run(options.tasks, options.workers))
    else:
        print(json.dumps(measure(options.tasks, options.workers)))


def measure(n_tasks: int, workers: int) -> dict[str, Any]:
    """Cost of a task beside one, in a process each, for it is over when that and its server are."""

    def cost(n: int) -> tuple[float, float]:
        command = [sys.executable, "-m", "benchmarks.orchestrator", "--one", "--tasks", str(n)]
        before = os.times()
        done = subprocess.run(
            [*command, "--workers", str(workers)], check=True, capture_output=True, text=True
        )
        after = os.times()
        processor = after.children_user + after.children_system
        processor -= before.children_user + before.children_system
        return float(done.stdout.splitlines()[0]), processor

    wall, processor = cost(n_tasks)
    wall_of_one, start = cost(1)
    each = (processor - start) / (n_tasks - 1)
    return {
        "tasks": n_tasks,
        "seconds_a_task": round((wall - wall_of_one) / (n_tasks - 1), 4),
        "processor_seconds_a_task": round(each, 4),
        "processor_seconds_to_start_and_end": round(start, 1),
        "share_of_a_shard": round(each / SHARD_SECONDS, 5),
    }


def run(n_tasks: int, workers: int) -> float:
    """Seconds from the first task's submission to the last one's end."""
    set_up(quiet=True)
    own = server.start()
    from prefect import flow, task
    from prefect.futures import wait
    from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

    @task(name="nothing", persist_result=False)
    def nothing(number: int) -> None:
        pass

    seconds: list[float] = []
    runner: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=workers)

    def tasks() -> None:
        began = time.perf_counter()
        wait([nothing.submit(number) for number in range(n_tasks)])
        seconds.append(time.perf_counter() - began)

    if own:
        own.use()
    flow(name="nothing", task_runner=runner)(tasks)()
    return seconds[0]


if __name__ == "__main__":
    main()
