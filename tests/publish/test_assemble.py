"""What assembly counts, against the plain way to count it."""

import re

from hypothesis import given
from hypothesis import strategies as st

from flows.publish.assemble import count_words

WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")


@given(st.lists(st.text(st.sampled_from("ab1_'’- \né٣½一𝟘\u0301"), max_size=14), max_size=5))
def test_words_are_runs_of_letters_and_digits(texts: list[str]) -> None:
    assert count_words(texts).tolist() == [len(WORD.findall(text)) for text in texts]
