"""What validation found, as data."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """A check that does not hold: in which table, how often, and its first examples."""

    table: str
    check: str
    count: int
    examples: tuple[str, ...]

    def __str__(self) -> str:
        shown = "; ".join(self.examples)
        return f"{self.table}: {self.check}: {self.count} rows, for example {shown}"


def render(failures: Sequence[Failure]) -> str:
    """The verdict as a Markdown report."""
    if not failures:
        return "# Validation\n\nEvery check holds.\n"
    lines = ["# Validation", "", f"{len(failures)} checks do not hold; nothing was published.", ""]
    for failure in failures:
        lines += [
            f"## {failure.table}: {failure.check}",
            "",
            f"{failure.count} rows. First examples:",
            "",
        ]
        lines += [f"- {' '.join(example.split())[:500]}" for example in failure.examples]
        lines.append("")
    return "\n".join(lines)
