"""Finding the files of a build.

What belongs here: walking what the user names, and which file is an article, a sidecar or
nothing of ours. What does not: opening any of them.

Everything found has a row. What is no article is skipped, which `--max-rejects` does not count;
the rules, in this order:
- A name that starts with a dot is `hidden`. A hidden folder is one row and not looked into.
- The manifest (`manifest`) is not an article.
- `x.json`, `x.yaml`, `x.yml`, `x.txt.json`, ... beside an article `x.txt` or `x.html` are its
  sidecars (`sidecar`: metadata), not articles.
- A README, LICENSE, NOTICE, SOURCES and the like are skipped (`unknown_format`), as is every
  extension without a reader. A file named by the user is read as text if nothing else fits.

What should have been readable is refused:
- A link to a file inside the folder is read; links that lead out, loop or dangle are refused, and
  so are links to folders: what is in them is found where it lies.
"""

import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import fsspec

from flows.config import ReadConfig
from flows.errors import InputsUnusable
from flows.read.manifest import Row, load_manifest
from flows.read.source import SINGLE_ARTICLE, Source, publish_path, refuse, split_name
from flows.read.streams import is_url
from flows.records import Refusal

SIDECAR_EXTENSIONS = (".yml", ".yaml", ".json")  # the strongest last
# Reasons to skip what was never meant as an article.
SKIPPED = frozenset({"hidden", "sidecar", "manifest", "unknown_format"})
HIDDEN_FILE = ("hidden", "its name starts with a dot; name the file itself to read it")
HIDDEN_FOLDER = ("hidden", "its name starts with a dot; nothing in this folder was looked at")
MANIFEST = ("manifest", "the manifest: metadata of the other files")
NOT_ARTICLES = frozenset(
    {"readme", "license", "licence", "copying", "notice", "sources", "authors", "changelog"}
)
# The path of an object up to its first part that is hidden.
HIDDEN = re.compile(r"(?:[^/.][^/]*/)*\.[^/]*/?")


class MissingInput(InputsUnusable):
    """An input the user named is not there; the message says which and how to mend it."""

    def __init__(self, path: str, why: str = "no such file or folder") -> None:
        super().__init__(f"{path}: {why}. Check the spelling, or give another path or URL.")
        self.path = path


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as it was found; `problem` is a reason and a detail where it is not to be opened."""

    path: str
    relative: str
    n_bytes: int
    problem: tuple[str, str] | None = None
    sidecars: tuple[str, ...] = ()


def scan(
    inputs: Sequence[str], config: ReadConfig, *, limit: int | None = None
) -> Iterator[Source | Refusal]:
    """Find all sources in files, folders and fsspec URLs.

    The order is that of the published paths' bytes inside each input, and of the inputs' names,
    however they were given; an input that lies in another is walked once.

    Args:
        inputs: paths and URLs.
        config: limits and the manifest.
        limit: most sources; each further one is a refusal `over_limit`.

    Yields:
        Sources, and a refusal for every file that is not read.

    Raises:
        MissingInput: at the first step, before any source, for an input that does not exist.
        ConfigError: if the manifest cannot be read.
    """
    roots = _distinct([_normal(given) for given in inputs])
    for root in roots:
        _demand(root)
    most = min(config.max_files, limit if limit is not None else config.max_files)
    seen: set[str] = set()
    n_sources = 0
    for number, root in enumerate(roots, start=1):
        for found in _scan_one(root, config):
            item = found
            if len(roots) > 1:
                item = _told_apart(found, number, seen)
            if isinstance(item, Source):
                n_sources += 1
                if n_sources > most:
                    item = refuse(item, "over_limit", f"beyond the first {most} files")
            yield item


def _scan_one(root: str, config: ReadConfig) -> Iterator[Source | Refusal]:
    single, entries = _remote(root) if is_url(root) else _local(root)
    manifest = load_manifest(config.manifest, root, single=single)
    for entry in entries:
        found = replace(entry, problem=MANIFEST) if manifest.is_at(entry.path) else entry
        yield _judge(found, root, manifest.row(entry.relative), config, single=single)
    if not single:
        for path in manifest.unused():
            yield Refusal(
                publish_path(path), "unreadable", "in the manifest, but not in the folder"
            )


def _judge(
    entry: Entry, root: str, given: Row, config: ReadConfig, *, single: bool
) -> Source | Refusal:
    stem, source_format, compression = split_name(entry.relative)
    source = Source(
        path=entry.path,
        source_path=publish_path(entry.relative),
        n_bytes=entry.n_bytes,
        source_format=source_format or "text",
        compression=compression,
        root=root,
        sidecars=entry.sidecars,
        given=given,
    )
    if entry.problem:
        reason, detail = entry.problem
        if reason in SKIPPED:
            return Refusal(source.source_path, reason, detail, outcome="skipped")
        return Refusal(source.source_path, reason, detail, source_format=source_format)
    if not single:
        unread = None
        if stem.rpartition("/")[2].lower() in NOT_ARTICLES:
            unread = "by its name no article; name the file itself to read it"
        elif source_format is None:
            unread = "no reader for this extension"
        if unread:
            known = {"source_format": None, "outcome": "skipped"}
            return refuse(source, "unknown_format", unread, **known)
    if source_format in SINGLE_ARTICLE and entry.n_bytes > config.max_file_bytes:
        detail = f"more than {config.max_file_bytes} bytes (read.max_file_bytes)"
        return refuse(source, "too_large", detail)
    return source


def _with_sidecars(entries: list[Entry]) -> list[Entry]:
    """Give each article the sidecars beside it, and mark those as such."""
    paths = {entry.relative: entry.path for entry in entries if not entry.problem}
    claimed: dict[str, tuple[str, str]] = {}
    paired = []
    for entry in entries:
        names = [
            name
            for name in ([] if entry.problem else _sidecar_names(entry.relative))
            if name in paths
        ]
        detail = f"metadata of {entry.relative.rpartition('/')[2]}, read with it"
        claimed |= dict.fromkeys(names, ("sidecar", publish_path(detail)))
        paired.append(replace(entry, sidecars=tuple(paths[name] for name in names)))
    return [
        replace(entry, problem=claimed[entry.relative]) if entry.relative in claimed else entry
        for entry in paired
    ]


def _sidecar_names(relative: str) -> list[str]:
    """What sidecars of a file could be called, the strongest last."""
    stem, source_format, _ = split_name(relative)
    if source_format not in SINGLE_ARTICLE:
        return []
    bases = dict.fromkeys([stem, relative])
    return [base + extension for base in bases for extension in SIDECAR_EXTENSIONS]


def _told_apart(item: Source | Refusal, number: int, seen: set[str]) -> Source | Refusal:
    """Refuse the second file with the same published path among several inputs."""
    if item.source_path not in seen:
        seen.add(item.source_path)
        return item
    path = f"{item.source_path}#input {number}"
    if isinstance(item, Refusal):
        return replace(item, source_path=path)
    why = "another input has a file of the same relative path; give their common parent folder"
    return Refusal(path, "duplicate_id", why, raw_n_bytes=item.n_bytes)


def _normal(given: str) -> str:
    path = given.removeprefix("file://")
    return path.rstrip("/") or "/" if is_url(path) else os.path.normpath(path)


def _distinct(paths: list[str]) -> list[str]:
    """Sort the inputs by name and leave out those that lie in another."""
    kept: list[str] = []
    keys: list[str] = []
    for path in sorted(set(paths), key=os.fsencode):
        key = path if is_url(path) else os.path.abspath(path)  # noqa: PTH100
        if not any(key == other or key.startswith(other.rstrip("/") + "/") for other in keys):
            kept.append(path)
            keys.append(key)
    return kept


def _demand(root: str) -> None:
    if not is_url(root):
        if not os.path.lexists(root):
            raise MissingInput(root)
        return
    try:
        filesystem, path = fsspec.core.url_to_fs(root)
        filesystem.invalidate_cache()
        there = filesystem.exists(path)
    except Exception as error:
        raise MissingInput(root, f"cannot be reached ({error})") from error
    if not there:
        raise MissingInput(root)


def _remote(root: str) -> tuple[bool, Iterator[Entry]]:
    filesystem, top = fsspec.core.url_to_fs(root)
    found: Mapping[str, Mapping[str, object]] = filesystem.find(top, detail=True)
    single = list(found) == [top]
    entries = []
    for path in sorted(found, key=os.fsencode):
        relative = path.rpartition("/")[2] if single else path[len(top.rstrip("/")) + 1 :]
        hidden = None if single else HIDDEN.match(relative)
        if hidden is None:
            size = found[path].get("size")
            n_bytes = size if isinstance(size, int) else 0
            entries.append(Entry(filesystem.unstrip_protocol(path), relative, n_bytes))
        elif not entries or entries[-1].relative != hidden[0]:
            problem = HIDDEN_FOLDER if hidden[0].endswith("/") else HIDDEN_FILE
            entries.append(Entry("", hidden[0], 0, problem))
    return single, iter(_with_sidecars(entries))


def _local(root: str) -> tuple[bool, Iterator[Entry]]:
    if Path(root).is_dir():
        return False, _walk(root)
    return True, iter(_with_sidecars(_single(root))[:1])


def _single(path: str) -> list[Entry]:
    """The file the user named, and what could be a sidecar beside it."""
    name = Path(path).name
    beside = [Entry(str(Path(path).with_name(other)), other, 0) for other in _sidecar_names(name)]
    return [_entry(path, name, boundary=None), *(e for e in beside if Path(e.path).is_file())]


def _walk(root: str) -> Iterator[Entry]:
    """Yield the files below a folder, in the order of their relative paths' bytes.

    Iterative, as folders can be nested deeper than Python's stack.
    """
    boundary = os.path.realpath(root)
    pending: list[Entry | str] = [""]
    while pending:
        item = pending.pop()
        if isinstance(item, Entry):
            yield item
            continue
        try:
            files, folders = _list(root, item, boundary)
        except OSError as error:
            why = f"the folder cannot be listed ({error.strerror})"
            yield Entry(f"{root}/{item}", item or ".", 0, ("unreadable", why))
            continue
        pending += sorted([*_with_sidecars(files), *folders], key=_order, reverse=True)


def _list(root: str, relative: str, boundary: str) -> tuple[list[Entry], list[str]]:
    """The files of a folder, and the folders in it, with a slash behind."""
    files, folders = [], []
    with os.scandir(os.path.join(root, relative)) as listing:  # noqa: PTH118
        for item in listing:
            is_folder = item.is_dir(follow_symlinks=False)
            if item.name.startswith("."):
                name = f"{relative}{item.name}" + "/" * is_folder
                problem = HIDDEN_FOLDER if is_folder else HIDDEN_FILE
                files.append(Entry(item.path, name, 0, problem))
            elif is_folder:
                folders.append(f"{relative}{item.name}/")
            else:
                files.append(_entry(item.path, relative + item.name, boundary=boundary))
    return files, folders


def _order(item: Entry | str) -> bytes:
    return os.fsencode(item.relative if isinstance(item, Entry) else item)


def _entry(path: str, relative: str, *, boundary: str | None) -> Entry:
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError as error:
        return Entry(path, relative, 0, _broken(path, error))
    if boundary is not None and Path(path).is_symlink():
        target = os.path.realpath(path)
        if os.path.commonpath([target, boundary]) != boundary:
            return Entry(path, relative, 0, ("symlink_outside", "links out of the input folder"))
        if stat.S_ISDIR(status.st_mode):
            detail = "links to a folder of the input; its files are read where they lie"
            return Entry(path, relative, 0, ("symlink_loop", detail))
    if not stat.S_ISREG(status.st_mode):
        return Entry(path, relative, 0, ("special_file", "a pipe, a socket or a device"))
    return Entry(path, relative, status.st_size)


def _broken(path: str, error: OSError) -> tuple[str, str]:
    if not Path(path).is_symlink():
        return "unreadable", error.strerror or str(error)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "symlink_dangling", "links to a file that is not there"
    if isinstance(error, PermissionError):
        return "unreadable", error.strerror or str(error)
    return "symlink_loop", "links back to itself"
