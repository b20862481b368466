"""Which allocator Arrow takes its memory from."""

import os
import subprocess
import sys

import pyarrow as pa
import pytest

NAME = "ARROW_DEFAULT_MEMORY_POOL"
ASK = "import flows.work, pyarrow; print(pyarrow.default_memory_pool().backend_name)"


@pytest.mark.parametrize(("given", "expected"), [({}, "jemalloc"), ({NAME: "system"}, "system")])
def test_arrow_takes_memory_from_jemalloc_unless_told_otherwise(
    given: dict[str, str], expected: str
) -> None:
    if expected not in pa.supported_memory_backends():
        pytest.skip(f"this Arrow was built without {expected}")
    environment = {k: v for k, v in os.environ.items() if k != NAME} | given
    answer = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == expected
    assert not answer.stderr
