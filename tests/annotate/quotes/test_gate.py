"""The quality gate: how many of the project's own cases come out whole.

The floor is pinned together with a digest of the cases, so that neither can slip unseen. To pin
anew, run with ONRECORD_PIN_QUOTES=1; to pin a lower floor, with ONRECORD_PIN_QUOTES=lower.
"""

import hashlib
import json
import os
from pathlib import Path

import pytest

PIN = Path(__file__).parent / "gate" / "pin.json"
FLAG = "ONRECORD_PIN_QUOTES"
# What the rules are to cover: each has cases of its own.
NAMED = frozenset(
    "straight curly tex_marks british nested guillemets german_marks unclosed closed_late odd_count "
    "inches one_word order_qcs order_scq order_qsc split far_cue colon_break according_to put_it "
    "in_words who_said participles passives which_he_said inverted parenthetical several_sources "
    "passed_on outermost next_sentence next_paragraph interview transcript q_and_a pull_quote "
    "block_quote headlines tweets name pronoun nominal organisation document metonym unnamed "
    "absent apposition to_whom denials doubts second_verb trailing none not_quotes".split()
)


@pytest.mark.model
def test_the_share_of_whole_cases_does_not_fall(tools):
    cases = tools.read_cases()
    digest = hashlib.sha256(tools.cases_path.read_bytes()).hexdigest()
    passed = 0
    for case in cases:
        parse = tools.model_parse(case.text)
        passed += not tools.differences(case, parse, tools.quotes_of(parse))
    pinned = json.loads(PIN.read_text(encoding="utf-8"))
    wish = os.environ.get(FLAG, "")
    share, floor = passed / len(cases), pinned["passed"] / pinned["cases"]
    if wish and (share >= floor or wish == "lower"):
        pin = {"cases": len(cases), "passed": passed, "sha256": digest}
        PIN.write_text(json.dumps(pin, indent=2) + "\n", encoding="utf-8")
        pinned = pin
    assert share >= floor or wish == "lower", (
        f"{passed} of {len(cases)} cases come out whole, the floor is {pinned['passed']} of "
        f"{pinned['cases']}. Mend the rules; only {FLAG}=lower lowers the floor."
    )
    assert digest == pinned["sha256"], (
        f"gate/cases.txt has changed: run `{FLAG}=1 pytest {Path(__file__).name}` to pin it."
    )
    assert passed >= pinned["passed"]


def test_there_are_enough_cases(tools):
    names = {case.name.rsplit("-", 1)[0] for case in tools.read_cases()}
    assert len(tools.read_cases()) >= 300
    assert names >= NAMED
