"""Every operation of the publishing path fails in turn, and that is truly every one.

The first test lets the n-th open, write, fsync, rename, mkdir, removal or link fail, for every n, as
databases test theirs. The second one compares what is counted with the system calls that are made.
"""

import errno
import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

OPERATIONS = Path(__file__).with_name("operations.py")
Whole = Callable[[Path], str | None]
ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EMFILE)

CALLS = {
    "open": ("open", "openat", "openat2", "creat"),
    "write": ("write", "pwrite64", "writev", "pwritev", "pwritev2"),
    "fsync": ("fsync", "fdatasync", "sync_file_range"),
    "rename": ("rename", "renameat", "renameat2"),
    "mkdir": ("mkdir", "mkdirat"),
    "remove": ("unlink", "unlinkat", "rmdir"),
    "symlink": ("symlink", "symlinkat"),
    "link": ("link", "linkat"),
    "truncate": ("truncate", "ftruncate", "fallocate", "copy_file_range", "sendfile"),
}


@pytest.fixture(scope="module")
def operations() -> ModuleType:
    """operations.py as a module."""
    spec = importlib.util.spec_from_file_location("faults_operations", OPERATIONS)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def injector(operations: ModuleType) -> Any:
    """One for all tests, for an audit hook never goes."""
    return operations.Injector()


@pytest.fixture
def new(build: Any, articles: Path, article: Callable[..., str], tmp_path: Path) -> Path:
    """A release with an article more than that of `released`, elsewhere."""
    (articles / "new.txt").write_text(article(60))
    return Path(build(articles, tmp_path / "other")["path"])


def test_every_operation_fails_in_turn(
    released: dict[str, Any],
    new: Path,
    operations: ModuleType,
    injector: Any,
    whole: Whole,
    tmp_path: Path,
) -> None:
    tables = operations.read_tables(new)
    template, output = tmp_path / "out", tmp_path / "trial"
    shutil.copytree(template, output, symlinks=True)
    with injector.armed(output):
        wanted = operations.publish(output, tables)
    n_operations = injector.counts.total()
    assert injector.counts.keys() >= {"open", "write", "fsync", "rename", "mkdir", "remove"}
    seen = []
    for n in range(1, n_operations + 1):
        shutil.rmtree(output)
        shutil.copytree(template, output, symlinks=True)
        error = ERRORS[n % len(ERRORS)]
        try:
            with injector.armed(output, n, error):
                operations.publish(output, tables)
        except OSError as refused:
            assert refused.errno == error, f"operation {n}"
            seen.append(whole(output))
        else:
            # To make a folder that is there already may fail and be no matter; nothing else.
            assert injector.failed == "mkdir" and whole(output) == wanted, f"operation {n}"
        assert operations.publish(output, tables) == wanted == whole(output), f"operation {n}"
    # The pointer is swapped once: before it is the old release that is whole, and then the new one.
    assert set(seen) == {released["id"], wanted}
    assert seen == sorted(seen, key=(released["id"], wanted).index)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_no_operation_goes_uncounted(released: dict[str, Any], new: Path, tmp_path: Path) -> None:
    output, trace = (tmp_path / "out").resolve(), tmp_path / "trace"
    wanted = ",".join(f"?{call}" for calls in CALLS.values() for call in calls)
    traced = ["strace", "-f", "-qq", "-y", "-s", "0", "-e", f"trace={wanted}", "-o", str(trace)]
    done = subprocess.run(
        [*traced, sys.executable, str(OPERATIONS), str(output), str(new)],
        capture_output=True,
        text=True,
    )
    if "Operation not permitted" in done.stderr:
        pytest.skip("processes cannot be traced here")
    assert done.returncode == 0, done.stderr
    kinds = {call: kind for kind, calls in CALLS.items() for call in calls}
    made = Counter(
        kinds[call[1]]
        for line in trace.read_text().splitlines()
        if f"{output}/" in line or f"{output}>" in line
        if (call := re.match(r"\d+\s+(\w+)\(", line))
    )
    assert made == json.loads(done.stdout)
