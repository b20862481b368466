"""Attribution on the marked cases of gate/cases.txt, by class of construction."""

import pytest


@pytest.mark.model
def test_case(case, tools):
    parse = tools.model_parse(case.text)
    assert tools.differences(case, parse, tools.quotes_of(parse)) == []
