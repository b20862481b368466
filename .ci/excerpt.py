"""Put rows of a real release into the README, between its two markers.

usage: excerpt.py RELEASE [--check]
"""

import sys
from pathlib import Path

import duckdb

README = Path(__file__).resolve().parents[1] / "README.md"
BEGIN, END = "<!-- excerpt -->", "<!-- /excerpt -->"
QUERY = """
    select quote_id, kind, content, cue_text, speaker_text, speaker_name, speaker_description,
           start, "end"
    from read_parquet(?) where speaker_kind != 'none' and cue_kind != 'think'
    and quote_id[:3] in ('001', '003', '004') and len(content) between 20 and 90
    order by quote_id limit 8
"""


def excerpt(release: Path) -> str:
    """The README with rows of a release between its markers."""
    with duckdb.connect() as connection:
        found = connection.execute(QUERY, [str(release / "quotes.parquet")])
        header = [column[0] for column in found.description]
        rows = found.fetchall()
    lines = [header, ["---"] * len(header), *rows]
    table = "\n".join("| " + " | ".join(_cell(c) for c in line) + " |" for line in lines)
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def _cell(value: object) -> str:
    return "" if value is None else str(value).replace("|", "\\|")


def main() -> None:
    """Write the README, or with --check fail where it is stale."""
    text = excerpt(Path(sys.argv[1]))
    if "--check" in sys.argv:
        sys.exit(None if text == README.read_text(encoding="utf-8") else "README.md is stale")
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
