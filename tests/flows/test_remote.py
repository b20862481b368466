"""Releases in an object store: moto's S3 server on loopback."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import boto3
import duckdb
import fsspec
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
import s3fs
from moto.server import ThreadedMotoServer

from flows import rebuild
from flows.config import Config
from flows.errors import ConfigError, Locked
from flows.rebuild import Results, Steps, run_here
from flows.remote import Store, build_at

pytestmark = [pytest.mark.slow]
URL = "s3://news/corpus"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of an S3 server with an empty bucket `news`."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
    }.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    # The server keeps its objects in this process, whatever server of it they were put into.
    urlopen(Request(f"http://{host}:{port}/moto-api/reset", method="POST")).close()
    client = boto3.client("s3")
    client.create_bucket(Bucket="news")
    yield client
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder of one article."""
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text("Harbour\n\nThe mayor, Ada Low, said: “We will open the port.”\n")
    return folder


def keys(client: Any) -> list[str]:
    return [o["Key"] for o in client.list_objects_v2(Bucket="news").get("Contents", [])]


@pytest.mark.model
def test_a_release_goes_there_whole_and_reads_back(
    bucket: Any, articles: Path, tmp_path: Path
) -> None:
    config = Config.model_validate({"publish": {"drift_fail": 1.0}})
    first = build_at([str(articles)], URL, config)
    assert first["new"] and first["path"] == f"{URL}/releases/{first['id']}"
    here = rebuild.build_corpus([str(articles)], tmp_path / "out", config)
    for name in here["files"]:
        if name.endswith(".parquet"):
            with fsspec.open(f"{first['path']}/{name}", "rb") as file:
                assert file.read() == (Path(here["path"]) / name).read_bytes()

    written = keys(bucket)
    assert any(k.split("/")[:3] == ["corpus", "work", "annotate"] for k in written)
    assert not any("/jobs/" in k for k in written)
    dated = {o["Key"]: o["LastModified"] for o in bucket.list_objects_v2(Bucket="news")["Contents"]}
    release = {k: t for k, t in dated.items() if f"releases/{first['id']}/" in k}
    assert max(release.values()) == release[f"corpus/releases/{first['id']}/manifest.json"]

    again = build_at([str(articles)], URL, config)
    assert not again["new"] and again["id"] == first["id"] and keys(bucket) == written

    (articles / "b.txt").write_text("Rain\n\nIt rained, said Tom Field, a farmer of the valley.\n")
    second = build_at([str(articles)], URL, config)
    assert second["previous"] == first["id"] and second["number"] == 2
    files = fsspec.filesystem("s3")
    assert files.cat_file("news/corpus/latest").decode() == f"releases/{second['id']}\n"
    quotes = ds.dataset(f"news/corpus/releases/{second['id']}/quotes.parquet", filesystem=files)
    connection = duckdb.connect()
    connection.register("quotes", quotes)
    found = connection.sql("select doc_id, count(*) from quotes group by 1 order by 1").fetchall()
    assert [doc_id for doc_id, _ in found] == ["a", "b"]
    table = pq.read_table(BytesIO(files.cat_file(f"{second['path']}/documents.parquet")))
    assert table.num_rows == second["tables"]["documents"]["rows"] == 2


@pytest.mark.model
def test_of_two_builds_at_once_one_publishes(bucket: Any, articles: Path, tmp_path: Path) -> None:
    """The second one begins and ends while the first one is at work.

    Both are of one process here, whose jobs are one build's: so the first has done its shards.
    """
    between: list[dict[str, Any]] = []

    def overtaken(stage: str, work: str, jobs: Sequence[str]) -> Results:
        results = run_here(stage, work, jobs)
        if stage == "annotate" and not between:
            between.append({})
            (tmp_path / "b.txt").write_text("Rain\n\nIt rained, said Tom Field, a farmer.\n")
            between[0] = build_at([str(tmp_path / "b.txt")], URL, Config())
        return results

    with pytest.raises(Locked, match="another build published") as caught:
        build_at([str(articles)], URL, Config(), steps=Steps(shards=overtaken))
    assert caught.value.exit_code == 6
    pointer = Store(URL).pointer()
    assert pointer is not None and pointer.release_id == between[0]["id"]


def test_the_pointer_is_swapped_by_who_saw_it_last(bucket: Any) -> None:
    store = Store(URL)
    assert store.pointer() is None
    store.swap(None, "a")
    seen = store.pointer()
    with pytest.raises(Locked):
        store.swap(None, "b")
    store.swap(None, "a")  # a put that was tried again: it is what it should be
    store.swap(seen, "b")
    with pytest.raises(Locked, match="published b meanwhile"):
        store.swap(seen, "c")
    assert store.pointer() and store.pointer().release_id == "b"  # type: ignore[union-attr]


def test_half_a_release_is_none(bucket: Any, tmp_path: Path) -> None:
    store = Store(URL)
    (tmp_path / "x.parquet").write_bytes(b"1234")
    (tmp_path / "manifest.json").write_text('{"id": "r", "files": {"x.parquet": {"bytes": 4}}}')
    bucket.put_object(Bucket="news", Key="corpus/releases/r/x.parquet", Body=b"12")
    store.upload(tmp_path, "r")
    body = bucket.get_object(Bucket="news", Key="corpus/releases/r/x.parquet")["Body"].read()
    assert body == b"1234"


def test_stores_that_cannot_swap_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="memory://"):
        build_at([str(tmp_path)], "memory://corpus", Config())
