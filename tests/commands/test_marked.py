"""The article with what was left out of it: each stretch in its place, and nothing for the terminal to obey."""

import pytest

from flows.commands.marked import mark, wants_colour

TEXT = "A Bridge\n\nIt is old (and long).\n\nIt stays."


@pytest.mark.parametrize(
    ("removed", "shown"),
    [
        ([], TEXT),
        ([(0, "Video", "x")], f"[-Video-]{{x}}\n\n{TEXT}"),
        ([(10, "ROME —", "dateline")], TEXT.replace("It is", "[-ROME —-]{dateline} It is")),
        ([(10, "Share", "x")], TEXT.replace("It is", "[-Share-]{x}\n\nIt is")),
        (
            [(10, "Share", "x"), (10, "ROME —", "dateline")],
            TEXT.replace("It is", "[-Share-]{x}\n\n[-ROME —-]{dateline} It is"),
        ),
        ([(16, "very", "x")], TEXT.replace("old", "[-very-]{x}old")),
        ([(len(TEXT), "The End", "x")], f"{TEXT}\n\n[-The End-]{{x}}"),
    ],
)
def test_stretches_stand_where_they_stood(removed: list, shown: str) -> None:
    assert mark(TEXT, removed, coloured=False) == shown


def test_a_terminal_gets_colours_and_no_orders_of_an_article() -> None:
    shown = mark("a\x1b[2Jb", [(1, "\x1b]0;owned\x07", "x")], coloured=True)
    assert shown.count("\x1b") == 4 and "\x1b[9;31m\ufffd]0;owned\ufffd\x1b[0m" in shown
    assert "\x1b[2J" not in shown and "\x07" not in shown
    assert "\x1b" not in mark("a\x1bb", [(1, "\u202e\x9b2J", "x")], coloured=False)


@pytest.mark.parametrize(
    ("terminal", "environment", "coloured"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
    ],
)
def test_colours_are_for_terminals_that_want_them(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, environment: dict[str, str], coloured: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    assert wants_colour() is coloured
