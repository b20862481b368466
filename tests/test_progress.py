"""What is shown while a build runs."""

import os
import re
import subprocess
import sys

import pytest

from flows import progress

SHOWN = """
import time
from flows.progress import stage, tell
with stage("annotate", 4):
    for _ in range(3):
        tell("annotate", {"items": 1, "documents": 1, "words": 500})
        time.sleep(0.15)
    tell("annotate", {"items": 1, "refused": 1})
    time.sleep(0.15)
"""
COLOUR = re.compile(r"\x1b\[(?:3[0-9]|9[0-7]|38;[\d;]*)m")


def test_off_a_terminal_there_are_plain_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "PLAIN_SECONDS", 0.0)
    with progress.stage("annotate", 3):
        progress.tell("annotate", {"items": 1, "documents": 1, "words": 1200})
        progress.tell("annotate", {"items": 1, "refused": 1})
        progress.tell("clean", {"items": 1})  # no such stage is shown here
    captured = capsys.readouterr()
    assert captured.out == ""
    first, second, last = captured.err.splitlines()
    assert re.fullmatch(
        r"annotate: 1 of 3 · 1 documents · 1,200 words · [\d,]+ words/s · 0:00 left", first
    )
    assert second.startswith("annotate: 2 of 3 · 1 documents · 1,200 words · 1 refused · ")
    assert last.startswith("annotate: 1 documents · 1,200 words · 1 refused · ")
    assert last.endswith(" · 0:00")


def test_lines_are_seconds_apart(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.stage("annotate", 300):
        for _ in range(300):
            progress.tell("annotate", {"items": 1, "documents": 1})
    assert len(capsys.readouterr().err.splitlines()) <= 2


def test_work_done_twice_does_not_exceed_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.stage("annotate", 2) as shown:
        shown.add({"items": 2})
        shown.add({"items": 1})
        assert shown.line().startswith("2 of 2")


@pytest.mark.slow
@pytest.mark.parametrize("no_colour", [False, True])
def test_on_a_terminal_there_is_a_bar(no_colour: bool) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    environment |= {"TERM": "xterm-256color", "COLUMNS": "140"}
    if no_colour:
        environment["NO_COLOR"] = "1"
    master, slave = os.openpty()
    with subprocess.Popen([sys.executable, "-c", SHOWN], stderr=slave, env=environment) as child:
        os.close(slave)
        written = b""
        try:
            while block := os.read(master, 65_536):
                written += block
        except OSError:  # how a pseudo-terminal says that its other end is closed
            pass
    os.close(master)
    text = written.decode()
    assert child.returncode == 0
    assert "━" in text and " of 4 · " in text and "words/s" in text and "left" in text
    assert "annotate: 3 documents · 1,500 words · 1 refused" in text
    assert bool(COLOUR.search(text)) is not no_colour
