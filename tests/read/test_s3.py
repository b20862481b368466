"""Reading from an object store: moto's S3 server on loopback."""

import gzip
import io

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import s3fs
from moto.server import ThreadedMotoServer

from flows.config import ReadConfig
from flows.read.digest import digest
from flows.read.guess import guess_columns
from flows.read.read import read
from flows.read.scan import MissingInput, scan
from flows.read.source import Source, dumps, loads
from flows.records import Refusal

pytestmark = pytest.mark.slow
CONFIG = ReadConfig()


@pytest.fixture(scope="module")
def server():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def put_object(server, monkeypatch):
    """Write an object into the bucket `news`, which is new for each test."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": server,
    }.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    client = boto3.client("s3")
    client.create_bucket(Bucket="news")
    yield lambda key, body: client.put_object(Bucket="news", Key=key, Body=body)
    for item in client.list_objects_v2(Bucket="news").get("Contents", []):
        client.delete_object(Bucket="news", Key=item["Key"])
    client.delete_bucket(Bucket="news")
    s3fs.S3FileSystem.clear_instance_cache()


def test_every_format_is_read_as_from_a_folder(put_object, tmp_path):
    table = io.BytesIO()
    pq.write_table(pa.table({"text": ["parquet"], "id": ["p"]}), table)
    objects = {
        "in/a.txt": b"---\ntitle: T\n---\nText",
        "in/a.json": b'{"publisher": "Post"}',
        "in/sub/b.jsonl.gz": gzip.compress(b'{"id": 1, "text": "jsonl"}\nbroken\n'),
        "in/c.csv": b"id,text\n2,csv\n",
        "in/d.parquet": table.getvalue(),
        "in/e.docx": b"x",
        "in/f.txt": b"",
        "in/.hidden/g.txt": b"x",
        "in/.hidden/h.txt": b"x",
        "in/sub/.DS_Store": b"x",
        "in/manifest.csv": b"path,license\na.txt,CC\n",
        "other/h.txt": b"x",
    }
    for key, body in objects.items():
        put_object(key, body)
        path = tmp_path / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)

    def outcomes(root):
        for item in scan([root], CONFIG):
            if isinstance(item, Source):
                yield from read(loads(dumps(item)), CONFIG)
            else:
                yield item

    remote = list(outcomes("s3://news/in/"))
    assert remote == list(outcomes(str(tmp_path / "in")))
    (article,) = (item for item in remote if item.source_path == "a.txt")
    assert (article.metadata.publisher, article.metadata.license) == ("Post", "CC")
    skipped = {item.source_path: item.reason for item in remote if isinstance(item, Refusal)}
    assert skipped[".hidden/"] == "hidden"
    assert skipped["sub/.DS_Store"] == "hidden"


def test_a_single_object_digest_and_columns(put_object):
    put_object("in/c.csv", b"id,body\n2,csv\n")
    (source,) = scan(["s3://news/in/c.csv"], CONFIG)
    assert (source.source_path, source.n_bytes) == ("c.csv", 14)
    assert len(digest(source)) == 64
    assert dict(guess_columns(source, CONFIG)) == {"doc_id": "id", "text": "body"}


def test_an_object_that_changed_or_vanished_after_the_scan(put_object):
    put_object("in/a.txt", b"text")
    (source,) = scan(["s3://news/in"], CONFIG)
    put_object("in/a.txt", b"another text")
    assert [outcome.reason for outcome in read(source, CONFIG)] == ["changed_while_read"]
    gone = Source("s3://news/in/gone.txt", "gone.txt", 4, "text", None, "s3://news/in")
    assert [outcome.reason for outcome in read(gone, CONFIG)] == ["changed_while_read"]


def test_a_prefix_that_is_not_there(put_object):
    put_object("in/a.txt", b"text")
    for missing in ("s3://news/nowhere", "s3://no-such-bucket/in"):
        with pytest.raises(MissingInput, match=missing):
            next(scan([missing], CONFIG))
