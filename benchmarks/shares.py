"""Where the processor time of a build goes: seconds of each step in one process, without Prefect.

    python -m benchmarks.shares FOLDER [--articles 200]

What a worker loads ahead of the first document, the model and the language identifier, is loaded
before the clock starts, and Python's garbage collector is held back as a worker does.
"""

import argparse
import gc
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from flows import rebuild, shards, staging
from flows.annotate.engine.pipeline import Engine
from flows.config import Config
from flows.worker import YOUNG_OBJECTS

STEPS = ("clean", "paragraphs", "sentences", "entities", "find_quotes", "resolve", "in_quote")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=200)
    options = parser.parse_args()
    paths = sorted(options.folder.glob("*.txt"))
    some = paths[:: max(1, len(paths) // options.articles)]
    with tempfile.TemporaryDirectory() as scratch:
        print(json.dumps(shares(some, Path(scratch)), indent=2))


def shares(paths: Sequence[Path], scratch: Path) -> dict[str, Any]:
    """Processor seconds of each step of a build in one process, without Prefect."""
    spent: dict[str, float] = {}
    within = [0.0]  # seconds of the steps inside each step that is going on

    def timed(name: str, run: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*given: Any, **named: Any) -> Any:
            began = time.process_time()
            within.append(0.0)
            try:
                return run(*given, **named)
            finally:
                seconds = time.process_time() - began
                spent[name] = spent.get(name, 0.0) + seconds - within.pop()
                within[-1] += seconds

        return wrapped

    folder = scratch / "shares-in"
    folder.mkdir()
    for path in paths:
        (folder / path.name).write_bytes(path.read_bytes())
    config = Config.model_validate({"build": {"accept_drift": True}})
    shards.prepare(config.annotate.model_dump_json())
    gc.freeze()
    often = gc.get_threshold()
    gc.set_threshold(YOUNG_OBJECTS)
    kept = {name: getattr(shards, name) for name in (*STEPS, "parse_together")}
    parse = Engine.parse
    try:
        for name, run in kept.items():
            setattr(shards, name, timed("model" if name == "parse_together" else name, run))
        Engine.parse = timed("model", parse)  # type: ignore[method-assign]
        steps = rebuild.Steps(
            stage=timed("stage and check", staging.stage_release),
            publish=timed("publish", rebuild.publish_here),
        )
        began = time.process_time()
        rebuild.build_corpus([str(folder)], scratch / "shares", config, steps=steps)
        total = time.process_time() - began
    finally:
        gc.unfreeze()
        gc.set_threshold(*often)
        Engine.parse = parse  # type: ignore[method-assign]
        for name, run in kept.items():
            setattr(shards, name, run)
    spent["everything else"] = total - sum(spent.values())
    return {
        "articles": len(paths),
        "processor_seconds": round(total, 2),
        "share": {name: round(s / total, 3) for name, s in sorted(spent.items())},
        "not_the_model": round(1 - spent["model"] / total, 3),
    }


if __name__ == "__main__":
    main()
