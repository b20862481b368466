"""One DuckDB file: the tables, their descriptions as comments, and views for common questions."""

from pathlib import Path

import duckdb
import pandera.pandas as pa

from flows.publish.parquet import table_files
from flows.publish.views import literal, scan
from schemas import TABLES

VIEWS = {
    "statements": (
        "Quotes with what is known of their articles, duplicated articles left out.",
        """SELECT q.*, d.title, d.publisher, d.published_date, d.published_precision, d.url
        FROM quotes q JOIN documents d USING (doc_id) WHERE d.dup_of_doc_id IS NULL""",
    ),
    "speakers": (
        "Speakers that can be counted across articles, with how often and how they are quoted.",
        """SELECT speaker_key, min(speaker_name) AS speaker_name, count(*) AS n_quotes,
            count(DISTINCT doc_id) AS n_documents,
            count(*) FILTER (kind = 'direct') AS n_direct,
            count(*) FILTER (cue_kind = 'think') AS n_thoughts,
            count(*) FILTER (negated) AS n_denied
        FROM statements WHERE speaker_key IS NOT NULL GROUP BY speaker_key""",
    ),
    "spoken_about": (
        "Who speaks about whom: speakers, and the entities named inside their quotes.",
        """SELECT q.speaker_key, q.speaker_name, e.entity_key, e.canonical_name, e.label,
            q.quote_id, q.content
        FROM statements q JOIN entities e USING (quote_id)
        WHERE e.entity_key IS NOT NULL AND e.entity_key IS DISTINCT FROM q.speaker_key""",
    ),
}


def export(release: Path, target: Path) -> None:
    """Write a release as one database file."""
    with duckdb.connect(str(target)) as connection:
        for name, model in TABLES.items():
            files = [str(path) for path in table_files(release, name)]
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {scan(files)}")
            _describe(connection, name, model)
        for name, (description, query) in VIEWS.items():
            connection.execute(f"CREATE VIEW {name} AS {query}")
            connection.execute(f"COMMENT ON VIEW {name} IS {literal(description)}")


def _describe(
    connection: duckdb.DuckDBPyConnection, name: str, model: type[pa.DataFrameModel]
) -> None:
    connection.execute(f"COMMENT ON TABLE {name} IS {literal((model.__doc__ or '').strip())}")
    for column in model.to_schema().columns.values():
        words = literal(column.description)
        connection.execute(f'COMMENT ON COLUMN {name}."{column.name}" IS {words}')
