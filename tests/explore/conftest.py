"""A release whose first article is hostile in every label, and the explorer over it."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import uvicorn
from fastapi.testclient import TestClient

from flows.explore.app import create_app

HOSTILE = "</title><script>window.hit = 1</script><img src=x onerror='window.hit = 1'>\"&"
JAVASCRIPT = "javascript:window.hit=1//"
FORMULA = '=HYPERLINK("http://example.org/")'
FIRST = "000_6bba85de8ad38e5d"
SECOND = "001_42cd00bbe486d2c2"
CHROMIUM = "/usr/bin/chromium"


def _set(folder: Path, table: str, doc_id: str, values: dict[str, object]) -> None:
    path = folder / f"{table}.parquet"
    rows = pq.read_table(path)
    schema = rows.schema
    made = [row | (values if row["doc_id"] == doc_id else {}) for row in rows.to_pylist()]
    pq.write_table(pa.Table.from_pylist(made, schema=schema), path)


@pytest.fixture(scope="session")
def release(seed_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeds; the first article hostile, the second one with a publisher and an address."""
    folder = tmp_path_factory.mktemp("explored") / "release"
    shutil.copytree(seed_release, folder)
    _set(
        folder,
        "documents",
        FIRST,
        {"title": HOSTILE, "publisher": HOSTILE, "url": JAVASCRIPT, "byline": HOSTILE},
    )
    hostile = {
        "speaker_name": HOSTILE,
        "speaker_key": f"person:{HOSTILE}",
        "speaker_description": HOSTILE,
        "speaker_text": FORMULA,
        "cue_lemma": HOSTILE,
        "rule": HOSTILE,
    }
    _set(folder, "quotes", FIRST, hostile)
    _set(folder, "entities", FIRST, {"canonical_name": HOSTILE, "label": HOSTILE})
    _set(folder, "removals", FIRST, {"rule": HOSTILE, "text": HOSTILE})
    _set(
        folder,
        "documents",
        SECOND,
        {
            "publisher": "The Gazette",
            "url": "https://example.org/a",
            "published_date": date(2009, 7, 1),
            "published_precision": "month",
        },
    )
    return folder


@pytest.fixture(scope="session")
def client(release: Path) -> TestClient:
    return TestClient(create_app(release), base_url="http://127.0.0.1")


@pytest.fixture(scope="session")
def address(release: Path) -> Iterator[str]:
    """The explorer served on a free port of loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = uvicorn.Config(create_app(release), host="127.0.0.1", port=port, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    assert server.started
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)
