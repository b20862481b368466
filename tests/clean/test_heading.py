"""The title: given, found by form, or none."""

import pytest

from flows.clean.heading import find_title

NEWS = "The council met for three hours on Tuesday and put off its vote on the new bridge."


@pytest.mark.parametrize(
    "line",
    [
        "Council Puts Off Vote on Bridge",
        "Council puts off vote on bridge",
        "Who will build the bridge?",
        "‘We will build it,’ says mayor",
        "U.S., Canada Agree on Bridge (Dispatch)",
        "Council Puts Off Vote On The New Bridge.",
        "5 things to know about the bridge",
        "Council puts off vote on bridge.",
    ],
)
def test_heading(line: str) -> None:
    title, method, mark = find_title(f"{line}\n\n{NEWS}", None)
    assert (title, method) == (line, "heading")
    assert mark is not None
    assert (mark.start, mark.end, mark.role) == (0, len(line), "title")


@pytest.mark.parametrize(
    "line",
    [
        "The mayor left.",
        "Mayor Doe left late.  Nobody saw him go.",
        "Members of council were late again.",
        "Nobody voted.",
        "A KEY plank of the plan for the new bridge was in danger of giving way last night.",
        "“We will build it.”",
        '"We will build it," said the mayor, who left.',
        "What will it take to build the bridge? Here is a list:",
        "(Reuters)",
        "Updated: July 3",
        "word " * 40,
    ],
)
def test_no_heading(line: str) -> None:
    assert find_title(f"{line.strip()}\n\n{NEWS}", None) == (None, "none", None)


def test_a_single_paragraph_is_no_heading() -> None:
    assert find_title("Council Puts Off Vote", None) == (None, "none", None)


def test_given_title_is_marked_where_it_stands() -> None:
    text = f"Council puts off vote on bridge\n\n{NEWS}"
    title, method, mark = find_title(text, "Council Puts Off Vote on Bridge | The Bugle")
    assert (title, method) == ("Council Puts Off Vote on Bridge | The Bugle", "metadata")
    assert mark is not None
    assert text[: mark.end] == "Council puts off vote on bridge"


def test_given_title_that_is_not_in_the_text() -> None:
    title, method, mark = find_title(NEWS, "A Bridge")
    assert (title, method, mark) == ("A Bridge", "metadata", None)
