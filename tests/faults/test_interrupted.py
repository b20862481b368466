"""Processes that die: whatever the instant, `latest` names a whole release, and the next run ends well."""

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.publish.swap import latest_release, new_staging
from flows.publish.swap import publish as publish_staged

Whole = Callable[[Path], str | None]

STEPS = [
    "flows.rebuild.make_plan",
    "flows.rebuild.Cleaned",
    "flows.walk.clean_jobs",
    "flows.walk.second_pass",
    "flows.walk.select",
    "flows.walk.annotate_jobs",
    "flows.rebuild.new_staging",
    "flows.staging.check_table",
    "flows.staging.assemble_inputs",
    "flows.staging.check_relations",
    "flows.rebuild.note_used",
    "flows.publish.release.describe_edition",
    "flows.publish.release.describe_changes",
    "flows.publish.release.write_about",
    "flows.publish.release.make_manifest",
    "flows.publish.release.write_manifest",
    "flows.publish.release.publish",
    "flows.publish.swap.point_latest",
    "flows.publish.swap._sync",
    "flows.rebuild.clear_jobs",
]
BEFORE_THE_SWAP = STEPS[: STEPS.index("flows.publish.swap.point_latest") + 1]


@pytest.fixture
def published(released: dict[str, Any], tmp_path: Path) -> Path:
    """An output folder with a release."""
    return tmp_path / "out"


def add(articles: Path, article: Callable[..., str]) -> None:
    (articles / "new.txt").write_text(article(50))


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step(
    onrecord: Any,
    published: Path,
    articles: Path,
    article: Callable[..., str],
    whole: Whole,
    step: str,
) -> None:
    before = whole(published)
    add(articles, article)
    died = onrecord("build", articles, "--output", published, FAULT_AT=step)
    assert died.code == -signal.SIGKILL, died.stderr
    after = whole(published)
    assert after == before if step in BEFORE_THE_SWAP else after is not None
    ended = onrecord("build", articles, "--output", published)
    assert ended.code == 0, ended.stderr
    assert whole(published) != before
    assert not (published / "releases" / ".staging").exists()
    # Once there is nothing new to build, leftover jobs wait for the next build, or for gc.
    assert onrecord("gc", "--output", published).code == 0
    assert not (published / "work" / "jobs").exists()


@pytest.mark.slow
def test_killed_at_any_instant_of_a_build(
    onrecord: Any,
    published: Path,
    articles: Path,
    article: Callable[..., str],
    whole: Whole,
    tmp_path: Path,
) -> None:
    add(articles, article)
    wanted = _built_afresh(onrecord, articles, tmp_path / "fresh", whole)
    template = shutil.copytree(published, tmp_path / "template", symlinks=True)
    began = time.monotonic()
    assert onrecord("build", articles, "--output", published).code == 0
    whole_build = time.monotonic() - began
    dice = random.Random(20260101)
    killed = 0
    for _ in range(10):
        output = _copy(template, tmp_path / "trial")
        before = whole(output)
        pid = onrecord.start("build", articles, "--output", output)
        time.sleep(dice.uniform(0, whole_build))
        killed += _kill(pid)
        onrecord.wait()
        assert whole(output) in (before, wanted)
        # What the killed build left behind is used, and cleared.
        assert onrecord("build", articles, "--output", output).code == 0
        assert whole(output) == wanted
    assert killed


@pytest.mark.slow
def test_killed_at_a_hundred_instants_of_publishing(
    released: dict[str, Any],
    onrecord: Any,
    build: Any,
    articles: Path,
    article: Callable[..., str],
    whole: Whole,
    tmp_path: Path,
) -> None:
    old = released["id"]
    add(articles, article)
    new = Path(build(articles, tmp_path / "other")["path"])
    template = tmp_path / "out"
    shutil.copytree(new, template / "releases" / ".staging")

    def publish(output: Path) -> int:
        pid: int = onrecord.start("--publish", output, new.name)
        return pid

    began = time.monotonic()
    publish(_copy(template, tmp_path / "trial"))
    assert onrecord.wait().code == 0
    seconds = time.monotonic() - began
    dice = random.Random(20260102)
    seen = []
    for _ in range(100):
        output = _copy(template, tmp_path / "trial")
        pid = publish(output)
        time.sleep(dice.uniform(0, seconds))
        _kill(pid)
        onrecord.wait()
        seen.append(whole(output))
        # The next build clears what is left and publishes.
        staging = new_staging(output)
        shutil.copytree(new, staging, dirs_exist_ok=True)
        publish_staged(staging, output, new.name)
        assert whole(output) == new.name
    assert set(seen) == {old, new.name}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_stopped_by_a_signal(
    onrecord: Any, published: Path, articles: Path, whole: Whole, number: signal.Signals
) -> None:
    before = whole(published)
    (articles / "slow.txt").write_text(
        "A slow one\n\nThis article takes so very long to annotate that somebody stops it: SLEEP."
    )
    pid = onrecord.start("build", articles, "--output", published)
    # The document that takes so long is the only new one: its job is the first to be annotated.
    _until(lambda: _annotating(published / "work" / "jobs"))
    os.kill(pid, number)
    ended = onrecord.wait()
    assert ended.code == 130
    assert "interrupted" in ended.stderr and "Traceback" not in ended.stderr
    assert whole(published) == before
    (articles / "slow.txt").unlink()
    assert onrecord("build", articles, "--output", published).code == 0


def _annotating(jobs: Path) -> bool:
    return any('"part"' in job.read_text() for job in jobs.glob("*.json"))


def _built_afresh(onrecord: Any, articles: Path, output: Path, whole: Whole) -> str | None:
    assert onrecord("build", articles, "--output", output).code == 0
    return whole(output)


def _copy(template: Path, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    return shutil.copytree(template, target, symlinks=True)


def _kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _until(holds: Callable[[], Any], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_fixture_sees_a_dangling_pointer(tmp_path: Path, whole: Whole) -> None:
    (tmp_path / "latest").symlink_to("releases/gone")
    assert latest_release(tmp_path) is None
    with pytest.raises(AssertionError):
        whole(tmp_path)
