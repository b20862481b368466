"""`onrecord evaluate` and `onrecord sample`: how good a release is."""

import json
import sys
from collections.abc import Sequence, Set
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import Json, Output, Release, release_read
from flows.errors import UsageError, storage_errors
from flows.evaluate.gold import GoldError, read_gold
from flows.evaluate.sample import SheetError, draw_sample, read_sheet, write_sheet
from flows.evaluate.score import Metric, score
from flows.evaluate.spans import predicted
from flows.export.spans import built_from, rows

SHOWN = 5


def evaluate(
    gold: Annotated[
        Path, typer.Option(help="Folder of gold (brat or CSV), or a coded sheet.", metavar="DIR")
    ],
    release: Annotated[Path | None, typer.Option(help="Release. [default: the latest]")] = None,
    inputs: Annotated[
        Path | None, typer.Option(help="Folder of the articles. [default: where they were read]")
    ] = None,
    resamples: Annotated[int, typer.Option(help="Bootstrap resamples of documents.", min=0)] = 500,
    output: Output = Path("output"),
    as_json: Json = False,
) -> None:
    """Measure a release: precision, recall and F1, speakers and cues, with 95 % intervals.

    Examples:

        onrecord evaluate --gold annotated/ --release output/latest

        onrecord sample --n 100 --to sheet.csv, then onrecord evaluate --gold sheet.csv
    """
    try:
        if gold.is_file():
            metrics = read_sheet(gold)
        else:
            with release_read(release, output) as folder:
                found = predicted(
                    rows(folder, "documents"), rows(folder, "quotes"), inputs or built_from(folder)
                )
            annotated = read_gold(gold)
            _say_missing(annotated.keys() - found.keys(), len(annotated))
            metrics = score(annotated, found, resamples=resamples)
    except (GoldError, SheetError) as error:
        raise UsageError(str(error)) from error
    except FileNotFoundError as error:
        raise UsageError(
            f"{error.filename}: not there. Give the folder of the articles: --inputs DIR"
        ) from error
    print(json.dumps([asdict(m) for m in metrics]) if as_json else _table(metrics))


def sample(
    release: Release = None,
    n: Annotated[int, typer.Option("--n", help="How many quotes.", min=1)] = 100,
    seed: Annotated[int, typer.Option(help="The same seed draws the same quotes.")] = 0,
    target: Annotated[Path, typer.Option("--to", help="CSV to write.")] = Path("sheet.csv"),
    output: Output = Path("output"),
) -> None:
    """Draw quotes for coding by hand; `onrecord evaluate --gold sheet.csv` reads them back.

    Examples:

        onrecord sample --n 100 --seed 7 --to sheet.csv

    Fill in content_right and speaker_right with 1 or 0.
    """
    with release_read(release, output) as folder:
        texts = {str(d["doc_id"]): str(d["text"]) for d in rows(folder, "documents") if d["text"]}
        quotes = [q for q in rows(folder, "quotes") if q["doc_id"] in texts]
    if target.exists():
        raise UsageError(f"{target}: is there already. Give another --to, so no coding is lost.")
    with storage_errors(str(target)):
        write_sheet(draw_sample(quotes, texts, n=n, seed=seed), target)
    print(target)
    print(f"{min(n, len(quotes))} quotes of {len(quotes)}.", file=sys.stderr)


def _say_missing(names: Set[str], n_gold: int) -> None:
    """Say which annotated articles the release has no text of: all they hold counts as missed.

    Raises:
        GoldError: the release has none of them.
    """
    if len(names) == n_gold:
        raise GoldError(
            f"none of the {n_gold} annotated articles is in the release. Articles are known by the "
            "stem of their file: build a release from the texts of the gold"
        )
    if names:
        print(
            f"{len(names)} of {n_gold} annotated articles are not in the release, and what they "
            f"hold counts as missed: {', '.join(sorted(names)[:SHOWN])}"
            + (", ..." if len(names) > SHOWN else "."),
            file=sys.stderr,
        )


def _table(metrics: Sequence[Metric]) -> str:
    width = max(len(m.name) for m in metrics)
    lines = [f"{'metric'.ljust(width)}  value  95 % interval      n"]
    for m in metrics:
        value = "    -" if m.value is None else f"{100 * m.value:5.1f}"
        interval = (
            "" if m.low is None or m.high is None else f"{100 * m.low:5.1f} to {100 * m.high:5.1f}"
        )
        lines.append(f"{m.name.ljust(width)}  {value}  {interval.ljust(14)} {m.n:5}")
    return "\n".join(lines)
