"""Read hand-annotated attributions: brat standoff files, or a simple CSV.

Belongs here: the two formats. Does not belong here: comparing them with a release.
"""

import csv
import re
from collections import defaultdict
from pathlib import Path

from flows.evaluate.attributions import Annotated, Attribution, Spans

ROLE = re.compile(r"(Content|Cue|Source)\d*$")
ANNOTATOR = re.compile(r"_[0-9a-f]{4}$")
COLUMNS = ("doc", "quote", "role", "start", "end")


class GoldError(Exception):
    """The gold cannot be used; the message names the file, the line and the mend."""


def read_gold(folder: Path) -> dict[str, Annotated]:
    """Read a folder of gold.

    Brat: `text/*.txt` with `attributions/*.ann` (or both kinds of file in the folder itself); an
    attribution is an event with Content, Cue and Source arguments; of several annotators of a text
    the first by name is taken. CSV: `gold.csv` with the columns doc, quote, role (content, cue or
    source), start, end, beside the texts.

    Returns:
        Annotated texts by the stem of their file. Offsets count code points of the text file.

    Raises:
        GoldError: nothing to read, a line that is not of the form, annotations without their text,
            a statement without content, or a span that is not within its text.
    """
    texts = folder / "text" if (folder / "text").is_dir() else folder
    paths = {path.stem: path for path in sorted(texts.glob("*.txt"))}
    if not paths:
        raise GoldError(f"{folder}: no texts. Put them in as *.txt, or into its folder text/.")
    table = folder / "gold.csv"
    found = _from_csv(table) if table.exists() else _from_brat(folder)
    if lost := sorted(found.keys() - paths.keys()):
        raise GoldError(
            f"{folder}: annotations of {lost[0]!r} without a text ({len(lost)} such). "
            f"Put {lost[0]}.txt into {texts}."
        )
    return {name: _annotated(paths[name], tuple(found[name])) for name in sorted(found)}


def _annotated(path: Path, attributions: tuple[Attribution, ...]) -> Annotated:
    """Text and annotations together, once they are seen to fit."""
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise GoldError(
            f"{path}: not UTF-8 ({error.reason}). Convert it, and its offsets."
        ) from error
    for one in attributions:
        if not one.content:
            raise GoldError(f"{path}: a statement without content. Mark what is said, or drop it.")
        for start, end in (*one.content, *one.cue, *one.source):
            if not 0 <= start < end <= len(text):
                raise GoldError(
                    f"{path}: no characters {start} to {end} in a text of {len(text)}. Offsets "
                    "count code points of this very file, line ends as they are."
                )
    return Annotated(text, attributions)


def _from_brat(folder: Path) -> dict[str, list[Attribution]]:
    annotations = folder / "attributions" if (folder / "attributions").is_dir() else folder
    found: dict[str, list[Attribution]] = {}
    for path in sorted(annotations.glob("*.ann")):
        found.setdefault(ANNOTATOR.sub("", path.stem), _standoff(path))
    if not found:
        raise GoldError(f"{folder}: no annotations. Put in *.ann files or a gold.csv.")
    return found


def _standoff(path: Path) -> list[Attribution]:
    spans: dict[str, list[tuple[int, int]]] = {}
    events: list[list[str]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fields = line.split("\t")
        if len(fields) < 2:
            continue
        try:
            if fields[0].startswith("T"):
                pairs = fields[1].split(" ", 1)[1].split(";")
                spans[fields[0]] = [(int(a), int(b)) for a, b in (p.split() for p in pairs)]
            elif fields[0].startswith("E"):
                events.append(fields[1].split())
        except (ValueError, IndexError) as error:
            raise GoldError(f"{path}:{number}: not a brat line ({error}).") from error
    attributions = []
    for event in events:
        roles: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for argument in event[1:]:
            name, _, target = argument.partition(":")
            match = ROLE.match(name)
            if match is not None:
                roles[match.group(1)] += spans.get(target, [])
        if roles["Content"]:
            attributions.append(
                Attribution(
                    tuple(sorted(roles["Content"])),
                    tuple(sorted(roles["Cue"])),
                    tuple(sorted(roles["Source"])),
                )
            )
    return attributions


def _from_csv(path: Path) -> dict[str, list[Attribution]]:
    roles: dict[tuple[str, str], dict[str, list[tuple[int, int]]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if not set(COLUMNS) <= set(reader.fieldnames or ()):
            raise GoldError(f"{path}: columns {reader.fieldnames}. It needs {', '.join(COLUMNS)}.")
        for number, row in enumerate(reader, 2):
            if row["role"] not in ("content", "cue", "source"):
                raise GoldError(f"{path}:{number}: role {row['role']!r}. Use content, cue, source.")
            try:
                span = int(row["start"]), int(row["end"])
            except ValueError as error:
                raise GoldError(f"{path}:{number}: offsets are whole numbers ({error}).") from error
            of = roles.setdefault((row["doc"], row["quote"]), {})
            of.setdefault(row["role"], []).append(span)
    found: dict[str, list[Attribution]] = {}
    for (doc, _), of in roles.items():

        def spans(role: str, of: dict[str, list[tuple[int, int]]] = of) -> Spans:
            return tuple(sorted(of.get(role, [])))

        found.setdefault(doc, []).append(
            Attribution(spans("content"), spans("cue"), spans("source"))
        )
    return found
