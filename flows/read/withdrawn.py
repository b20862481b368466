"""The list of articles that must not be published."""

from pathlib import Path

from flows.config import ConfigError


def load_withdrawn(path: str) -> frozenset[str]:
    """Read ids or URLs, one a line; empty lines and lines that start with `# ` do not count.

    Raises:
        ConfigError: if the file cannot be read: publishing without it would be wrong.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path}: the withdrawal list cannot be read ({error}). Give a UTF-8 text file in "
            "read.withdrawn."
        ) from error
    entries = (line.strip() for line in lines if not line.startswith("# "))
    return frozenset(entry for entry in entries if entry)
