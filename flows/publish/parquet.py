"""The one door through which tables reach the disk: declared schema, fixed layout, fixed bytes."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from schemas import TABLES
from schemas.arrow import arrow_schema

ROW_GROUP_ROWS = 65_536
# Rows with a whole text and its alignment: a group is held in memory until it is full.
DOCUMENT_ROWS = 8_192


class TableWriter:
    """Writes one table of a release, in one file or, from `part_rows` on, in a folder of parts.

    The bytes depend on the rows alone, not on how they are cut into calls of `write`: rows are
    gathered into row groups of a fixed size. Parts are cut at whole row groups.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        part_rows: int,
        look: Callable[[pa.Table], None] = lambda rows: None,
    ) -> None:
        """Begin a table.

        Args:
            folder: of the release.
            name: of the table.
            part_rows: most rows of a part.
            look: shown each row group before it is written.
        """
        self.folder, self.name, self.look = folder, name, look
        self.schema = arrow_schema(TABLES[name])
        self.rows_a_group = DOCUMENT_ROWS if name == "documents" else ROW_GROUP_ROWS
        self.groups_a_part = max(1, part_rows // self.rows_a_group)
        self.n_rows = 0
        self._held: list[pa.Table] = []
        self._n_held = 0
        self._n_groups = 0
        self._paths: list[Path] = []
        self._writer: pq.ParquetWriter | None = None

    def write(self, table: pa.Table) -> None:
        """Append rows.

        Raises:
            ValueError: when the table has not the declared schema.
        """
        if not table.schema.equals(self.schema, check_metadata=True):
            raise ValueError(f"{self.name}: not the declared schema")
        self.n_rows += table.num_rows
        while table.num_rows:
            # Cut before it is held: a slice that is left over keeps the whole of its table.
            some = table.slice(0, self.rows_a_group - self._n_held)
            table = table.slice(some.num_rows)
            self._held.append(some)
            self._n_held += some.num_rows
            if self._n_held == self.rows_a_group:
                self._write_group()

    def close(self) -> list[Path]:
        """Write what is left and return the files, relative to the release's folder."""
        if self._n_held or not self._paths:
            self._write_group()
        self._end_part()
        if len(self._paths) == 1:
            single = self.folder / f"{self.name}.parquet"
            self._paths[0].rename(single)
            self._paths[0].parent.rmdir()
            self._paths = [single]
        return [path.relative_to(self.folder) for path in self._paths]

    def _write_group(self) -> None:
        # A slice keeps its parent's buffers, and their layout would show in the bytes: the empty
        # table makes it two chunks, which are copied into one.
        group = pa.concat_tables([self.schema.empty_table(), *self._held]).combine_chunks()
        self._held, self._n_held = [], 0
        self.look(group)
        if self._writer is None or self._n_groups % self.groups_a_part == 0:
            self._begin_part()
        assert self._writer is not None
        self._writer.write_table(group, row_group_size=self.rows_a_group)
        self._n_groups += 1

    def _begin_part(self) -> None:
        self._end_part()
        path = self.folder / self.name / f"part-{len(self._paths):05d}.parquet"
        path.parent.mkdir(exist_ok=True)
        self._paths.append(path)
        self._writer = pq.ParquetWriter(
            path, self.schema, compression="zstd", compression_level=3, version="2.6"
        )

    def _end_part(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def table_files(release: Path, name: str) -> list[Path]:
    """Files of one table of a release, in order.

    Raises:
        FileNotFoundError: when the release has none.
    """
    single = release / f"{name}.parquet"
    files = [single] if single.exists() else sorted((release / name).glob("part-*.parquet"))
    if not files:
        raise FileNotFoundError(f"{release}: has no table {name}")
    return files
