"""No rule grows faster than its input: hostile inputs are doubled and the work is compared.

Time is measured in the process's own CPU seconds; the bound is generous, as quadratic growth over
four doublings is sixteen times what is allowed here.
"""

import time
from collections.abc import Callable

import pytest

from flows.clean.clean import clean
from flows.clean.duplicates import sketch
from flows.config import CleanConfig
from flows.records import Article, RawArticle

CONFIG = CleanConfig(max_chars=50_000_000, other_languages="keep")
SHORT = 5_000
DOUBLINGS = 4
# Growth allowed over all doublings together: linear is 2 ** DOUBLINGS.
ALLOWED = 4 * 2**DOUBLINGS

HOSTILE = {
    "quotes": '"',
    "curly": "“",
    "brackets": "(",
    "read brackets": '(Read "',
    "h/t brackets": "(h/t B) ",
    "angles": "<a ",
    "scripts": "<script>",
    "comments": "<!-- ",
    "spaces": " ",
    "space and letter": "a  ",
    "newlines": "\n",
    "lines": "word\n",
    "indented": "  word\n word\n",
    "hyphens": "wor-\nd",
    "zalgo": "\u0301",
    "zalgo letters": "e\u0301\u0316",
    "mojibake": "Ã",
    "nested mojibake": "ÃƒÂ",
    "c1": "\x93",
    "escapes": "\x1b[",
    "terminal strings": "\x1b]0;",
    "references": "&amp;",
    "references of references": "amp;&",
    "ampersands": "&",
    "invisible": "\u200b",
    "jamo": "\u1112\u1161",
    "capitals": "A",
    "names": "Jane Doe and ",
    "bylines": "By Jane Doe, ",
    "stops": "A. ",
    "short paragraphs": "Share this\n\n",
    "links": "Related:\n\nThe Long Way To The River\n\n",
    "credits": "J. Doe/",
    "via": "Jane Doe via ",
    "reporters": "Ann Roe and Jane Doe reporters ",
    "style sheets": "a{}.",
    "style lines": ".a {\n\ncolor: red;\n\n",
    "addresses": "www.a.b/",
    "one token": "x",
    "surrogate pairs": "😀",
}


def cpu_seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def fastest(work: Callable[[], object]) -> float:
    return min(cpu_seconds(work) for _ in range(2))


@pytest.mark.slow
@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_cleaning_is_linear(raw: Callable[..., RawArticle], piece: str) -> None:
    def work(n_chars: int) -> Callable[[], object]:
        article = raw("It is late. " + piece * (n_chars // len(piece)))
        return lambda: clean(article, CONFIG)

    work(1000)()
    # Below a hundredth of a second the clock counts more than the work.
    once = max(fastest(work(SHORT)), 0.01)
    assert fastest(work(SHORT << DOUBLINGS)) < ALLOWED * once


@pytest.mark.slow
def test_sketching_is_linear() -> None:
    text = " ".join(str(i) for i in range(SHORT))
    once = max(fastest(lambda: sketch(text)), 0.01)
    assert fastest(lambda: sketch(text * 2**DOUBLINGS)) < ALLOWED * once


def test_result_of_a_hostile_article_is_an_article(raw: Callable[..., RawArticle]) -> None:
    mixed = " ".join(piece * 50 for piece in HOSTILE.values())
    assert isinstance(clean(raw(mixed), CONFIG), Article)
