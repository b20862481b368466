"""Reading: a source in, its articles out, whatever its format.

What belongs here: the choice of a reader, and turning what can go wrong with a file into a row.
What does not: any format.
"""

import errno
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from flows.config import ReadConfig
from flows.read.columnar import read_parquet
from flows.read.delimited import read_delimited
from flows.read.html import read_html
from flows.read.jsonl import read_json, read_jsonl
from flows.read.source import Source, refuse
from flows.read.streams import CORRUPT, Changed, NotRegular, TooLarge
from flows.read.text import read_text
from flows.read.warc import read_warc
from flows.records import RawArticle, Refusal

Reader = Callable[[Source, ReadConfig], Iterator[RawArticle | Refusal]]
READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "text": read_text,
        "markdown": read_text,
        "html": read_html,
        "json": read_json,
        "jsonl": read_jsonl,
        "csv": read_delimited,
        "tsv": read_delimited,
        "parquet": read_parquet,
        "warc": read_warc,
    }
)


def read(source: Source, config: ReadConfig) -> Iterator[RawArticle | Refusal]:
    """Stream the articles of a source, and a refusal for each record that is none.

    A refusal without a locator is about the whole file and comes last. If its reason is
    `changed_while_read` or `truncated`, articles that came before it were read in full, but the
    file was not what `scan` saw; whoever collects them should not use them with a sha256 that
    they do not have.

    Args:
        source: as `scan` yields it; if its `sha256` is set, the bytes must still have it.
        config: limits, columns, defaults.

    Yields:
        Articles and refusals in the order of the file. Never raises for what is in a file.

    Raises:
        ConfigError: if the configuration asks for a field that does not exist.
    """
    try:
        yield from READERS[source.source_format](source, config)
    except Changed as error:
        yield refuse(source, "changed_while_read", str(error))
    except FileNotFoundError:
        yield refuse(source, "changed_while_read", "the file vanished after it was found")
    except NotRegular:
        yield refuse(source, "special_file", "a pipe, a socket or a device")
    except TooLarge as error:
        yield refuse(source, "too_large", str(error))
    except EOFError:
        yield refuse(source, "truncated", f"the {source.compression} data end too early")
    except CORRUPT as error:
        yield refuse(source, "broken_record", f"no valid {source.compression} data ({error})")
    except OSError as error:
        # Object stores are asked for the version that was found, and say so when it is gone.
        changed = error.errno == errno.EBUSY
        reason = "changed_while_read" if changed else "unreadable"
        yield refuse(source, reason, error.strerror or str(error))
