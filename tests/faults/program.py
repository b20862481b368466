"""The `onrecord` command with some parts replaced by quick ones: no orchestrator, no model.

Run as a program it is the command; with `--serve` it runs many of them, forked from one process that
has imported everything; imported, it gives tests the quick annotation. Environment: `FAULT_AT` names
a function at whose begin the process kills itself, `WORKERS` lets shards run in worker processes.
"""

import json
import os
import re
import resource
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flows import shards
from flows.config import Config
from flows.records import Annotations, ArticleText, Part, Quote, Sentence

SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "articles"
QUOTED = re.compile("“([^”]+)”")


def annotate(article: ArticleText, config: Config, parse: None = None) -> Annotations:
    """A sentence a paragraph, a quote for everything in quotation marks; as good as any to test
    what becomes of rows."""
    if "SLEEP" in article.text:
        time.sleep(600)
    if "DIE" in article.text and "DIE TOGETHER" not in article.text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "GREEDY" in article.text:
        hold = []
        while True:
            hold.append(bytearray(64 << 20))
    if "FAIL" in article.text:
        raise ValueError("cannot annotate this")
    sentences, quotes = [], []
    start = 0
    for i, paragraph in enumerate(article.text.split("\n\n")):
        end = start + len(paragraph)
        sentences.append(Sentence(i, i, "body", start, end, len(paragraph.split())))
        for found in QUOTED.finditer(paragraph):
            part = Part(start + found.start(1), start + found.end(1), True)
            quotes.append(
                Quote(
                    quote_index=len(quotes),
                    sentence_index=i,
                    last_sentence_index=i,
                    kind="direct",
                    parts=(part,),
                    cue_kind="none",
                    rule="quick",
                    confidence=0.5,
                    speaker_name="Ada Quick" if "Ada" in paragraph else None,
                    speaker_kind=_speaker_kind(paragraph),
                )
            )
        start = end + 2
    n_tokens = len(article.text.split())
    return Annotations(n_tokens, tuple(sentences), (), tuple(quotes))


def parse_together(articles: Sequence[ArticleText], config: Config) -> dict[int, Any]:
    """Parses nothing, for nothing is made of parses here."""
    if any("DIE TOGETHER" in article.text for article in articles):
        os.kill(os.getpid(), signal.SIGKILL)
    return {}


def hurry() -> None:
    """Put the quick parts in place of the true ones, in this process."""
    shards.annotate, shards.parse_together = annotate, parse_together
    shards._resources = lambda config: None


def _speaker_kind(paragraph: str) -> str:
    if os.environ.get("BAD"):
        return "no such kind"
    return "person" if "Ada" in paragraph else "none"


def _fatal_cleaning(clean: Any) -> Any:
    def fatal(raw: Any, *rest: Any, **options: Any) -> Any:
        if "CLEANING DIES" in (raw.text or ""):
            os.kill(os.getpid(), signal.SIGKILL)
        return clean(raw, *rest, **options)

    return fatal


def run_flow(inputs: list[str], output: Path, config: Config, limit: int | None) -> dict[str, Any]:
    """What the flow does, without Prefect."""
    from flows import crew
    from flows.rebuild import Steps, build_corpus

    steps = Steps()
    if os.environ.get("WORKERS"):
        crew.enlist()
        crew.COMMAND = [sys.executable, __file__, "--worker"]
        steps = Steps(
            shards=lambda stage, work, jobs: [crew.run_shard(stage, work, job) for job in jobs]
        )
    try:
        return build_corpus(
            inputs, output, config, limit=limit, run=lambda: {"seconds": 0.0}, steps=steps
        )
    finally:
        crew.dismiss()


def _limit_memory(spare: int) -> None:
    """Let this process have no more address space than it has, and so many bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + spare
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))


def die_at(step: str) -> None:
    """Kill this process when it begins a step: the dotted name of a function."""
    import importlib

    module_name, _, name = step.rpartition(".")
    module = importlib.import_module(module_name)

    def die(*args: Any, **kwargs: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(module, name, die)


def serve() -> None:
    """Run a command for each line of JSON on stdin; say its pid, then its exit status.

    A request has `arguments`, `environment`, `limits` (name of a resource to its soft limit), `umask`,
    `uid`, and the files `stdout` and `stderr`.
    """
    from flows import cli, hydrate  # noqa: F401

    warm_up()
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(request)
            try:
                main()
                code = 0
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else int(bool(end.code))
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def warm_up() -> None:
    """Do once what every command would do again; start no thread, for those do not survive a fork."""
    from flows.fingerprint import STAGES, code_fingerprint
    from flows.publish import card, report
    from schemas import TABLES
    from schemas.arrow import arrow_schema

    for model in TABLES.values():
        arrow_schema(model)
    for name in ("report.css", "report.html"):
        report._pages().get_template(name)
    card._page()
    clean_once()
    for stage in STAGES:
        code_fingerprint(stage)
    code_fingerprint()  # kept for all commands, should the sources change meanwhile


def clean_once() -> None:
    """Read and clean an article."""
    from flows.clean.clean import clean
    from flows.read.read import read
    from flows.read.scan import scan

    config = Config()
    for source in scan([str(next(SEEDS.glob("*.txt")))], config.read):
        for raw in read(source, config.read):
            clean(raw, config.clean)


def _become(request: dict[str, Any]) -> None:
    """Make the forked process the one that was asked for."""
    for number, name in ((0, os.devnull), (1, request["stdout"]), (2, request["stderr"])):
        handle = os.open(name, os.O_RDWR | os.O_CREAT, 0o666)
        os.dup2(handle, number)
        os.close(handle)
    os.environ.update(request["environment"])
    time.tzset()
    os.umask(request["umask"])
    for name, limit in request["limits"].items():
        kind = getattr(resource, name)
        resource.setrlimit(kind, (limit, resource.getrlimit(kind)[1]))
    if request["uid"] is not None:
        os.setgid(request["uid"])
        os.setuid(request["uid"])
    sys.argv = ["onrecord", *request["arguments"]]


def publish_alone(output: Path, release_id: str) -> None:
    """Publish what is staged, and nothing else: for what is to be interrupted often."""
    from flows.publish.swap import RELEASES, STAGING, publish

    publish(output / RELEASES / STAGING, output, release_id)


def main() -> None:
    from flows import cli
    from flows.commands import build

    if sys.argv[1:2] == ["--publish"]:
        publish_alone(Path(sys.argv[2]), sys.argv[3])
        return
    hurry()
    if os.environ.get("HUNGRY"):
        from flows import staging

        staging.assemble = lambda *tables: bytearray(1 << 40)
    if os.environ.get("CLEAN_DIES"):
        shards.clean = _fatal_cleaning(shards.clean)
    if "--worker" in sys.argv:
        from flows import worker

        clean_once()  # what it loads is not to count for the first article's limit
        if os.environ.get("SPARE_BYTES"):
            _limit_memory(int(os.environ["SPARE_BYTES"]))
        worker.main()
    build._run_flow = run_flow
    if step := os.environ.get("FAULT_AT"):
        die_at(step)
    cli.main()


if __name__ == "__main__":
    if sys.argv[1:] == ["--serve"]:
        serve()
    else:
        main()
