"""Builds that take a second: no orchestrator, no model, articles of our own."""

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from flows import shards
from flows.config import Config
from flows.publish.manifest import read_manifest
from flows.publish.swap import latest_release
from flows.publish.verify import verify_files
from flows.rebuild import build_corpus

PROGRAM = Path(__file__).with_name("program.py")

WORDS = [
    "council",
    "harbour",
    "budget",
    "repair",
    "winter",
    "school",
    "bridge",
    "nurses",
    "ferry",
    "grain",
    "market",
    "vote",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything of this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.fault)


def article(n: int, note: str = "") -> str:
    """An article of a few paragraphs; each number gives another one."""
    a, b, c = (WORDS[(n * k) % len(WORDS)] for k in (1, 5, 7))
    return (
        f"The {a} and the {b}, part {n}\n\n"
        f"The {c} was discussed for {n + 2} hours on Tuesday, and nobody left the room early.\n\n"
        f"“We have waited {n} years for the {a},” said Ada Quick, who has kept the {b} since.\n\n"
        f"Others were less sure. “It will not hold,” a neighbour of the {c} said. {note}\n"
    )


def put(folder: Path, texts: dict[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def program() -> ModuleType:
    """program.py as a module."""
    spec = importlib.util.spec_from_file_location("faults_program", PROGRAM)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def annotated(monkeypatch: pytest.MonkeyPatch, program: ModuleType) -> list[str]:
    """Puts the quick annotation in place; lists the ids of the documents that are annotated."""
    done: list[str] = []

    def annotate(text: Any, config: Config, parse: Any = None) -> Any:
        done.append(text.doc_id)
        return program.annotate(text, config)

    monkeypatch.setattr(shards, "annotate", annotate)
    monkeypatch.setattr(shards, "parse_together", program.parse_together)
    monkeypatch.setattr(shards, "_resources", lambda config: None)
    return done


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder of eight articles."""
    return put(tmp_path / "articles", {f"a{n}": article(n) for n in range(8)})


Build = Callable[..., dict[str, Any]]


@pytest.fixture
def build(annotated: list[str], tmp_path: Path) -> Build:
    """Builds a folder into `tmp_path/out`, in this process."""

    def run(folder: Path, output: Path | None = None, **sections: Any) -> dict[str, Any]:
        config = Config.model_validate(sections)
        return build_corpus([str(folder)], output or tmp_path / "out", config)

    return run


@pytest.fixture(scope="session")
def build_once(program: ModuleType) -> Build:
    """Builds a folder into another, for fixtures that live longer than a test."""

    def run(folder: Path, output: Path) -> dict[str, Any]:
        with pytest.MonkeyPatch.context() as patch:
            for name in ("annotate", "parse_together", "_resources"):
                patch.setattr(shards, name, getattr(shards, name))
            program.hurry()
            return build_corpus([str(folder)], output, Config(), run=lambda: {"seconds": 0.0})

    return run


@pytest.fixture(scope="session")
def template(build_once: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output folder with a release of the eight articles."""
    folder = tmp_path_factory.mktemp("template")
    put(folder / "articles", {f"a{n}": article(n) for n in range(8)})
    build_once(folder / "articles", folder / "out")
    return folder / "out"


@pytest.fixture
def released(template: Path, tmp_path: Path) -> dict[str, Any]:
    """Manifest of a release of the eight articles in `tmp_path/out`, ready made."""
    output = shutil.copytree(template, tmp_path / "out", symlinks=True)
    release = latest_release(output)
    assert release
    return read_manifest(release) | {"path": str(release)}


class Command:
    """Commands forked from one process that has imported everything: each costs what it does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Commands that are killed leave files behind, and some run as another user.
        temporary = folder / "tmp"
        temporary.mkdir()
        for opened, mode in ((folder, 0o755), (temporary, 0o1777)):
            opened.chmod(mode)
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "TMPDIR": str(temporary)}
        self._server = subprocess.Popen(
            [sys.executable, str(PROGRAM), "--serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            # Whoever starts the tests in the background has them ignore Ctrl-C, and so would commands.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def start(
        self,
        *arguments: str | Path,
        limits: dict[str, int] | None = None,
        umask: int = 0o022,
        uid: int | None = None,
        **environment: str,
    ) -> int:
        """Start a command and return its pid."""
        for name in ("stdout", "stderr"):
            (self._folder / name).write_bytes(b"")
            (self._folder / name).chmod(0o666)
        self._ask(
            {
                "arguments": [str(a) for a in arguments],
                "environment": environment,
                "limits": limits or {},
                "umask": umask,
                "uid": uid,
                "stdout": str(self._folder / "stdout"),
                "stderr": str(self._folder / "stderr"),
            }
        )
        return int(self._line())

    def wait(self) -> "Done":
        """Wait for it."""
        code = int(self._line())
        said = [(self._folder / name).read_text() for name in ("stdout", "stderr")]
        return Done(code, *said)

    def __call__(self, *arguments: str | Path, **how: Any) -> "Done":
        """Run a command to its end."""
        self.start(*arguments, **how)
        return self.wait()

    def close(self) -> None:
        """End the process they are forked from."""
        assert self._server.stdin
        self._server.stdin.close()
        self._server.wait()

    def _ask(self, request: dict[str, Any]) -> None:
        assert self._server.stdin
        print(json.dumps(request), file=self._server.stdin, flush=True)

    def _line(self) -> str:
        assert self._server.stdout
        return self._server.stdout.readline()


@dataclass
class Done:
    """How a command ended; below zero: by that signal."""

    code: int
    stdout: str
    stderr: str


@pytest.fixture(scope="session")
def onrecord(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """Runs commands, quick parts in place, in processes of their own."""
    command = Command(tmp_path_factory.mktemp("said"))
    yield command
    command.close()


def whole(output: Path) -> str | None:
    """Id of the latest release, after checking that it is whole; None when there is none."""
    release = latest_release(output)
    if release is None:
        assert not (output / "latest").is_symlink(), "latest dangles"
        return None
    assert verify_files(release) == []
    return release.name


@pytest.fixture(name="whole")
def whole_fixture() -> Callable[[Path], str | None]:
    """Id of the latest release, which must be whole."""
    return whole


@pytest.fixture(name="article", scope="session")
def article_fixture() -> Callable[..., str]:
    """Makes articles by number."""
    return article


@pytest.fixture(name="put", scope="session")
def put_fixture() -> Callable[[Path, dict[str, str]], Path]:
    """Writes articles by name."""
    return put
