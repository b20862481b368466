"""Where sentences begin. In the table a `¦` stands where one ends and the next begins."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.parse import Parse
from flows.segment.sentences import sentences
from schemas.vocabulary import SENTENCE_ROLES

ABBREVIATIONS = [
    "Gen. Mark Roe met Sen. Ann Lee on Monday. ¦They talked for an hour.",
    "The U.S. Senate voted. ¦It was late.",
    "He lives in the U.S. ¦He came in 1998.",
    "She left the U.S. for good. ¦Nobody knew.",
    "The U.S. and the U.K. signed. ¦France did not.",
    "Mr. and Mrs. Roe arrived. ¦Dr. Lee did not.",
    "Prof. J. R. Roe wrote the book. ¦It sold well.",
    "George W. Roe and John F. Lee ran. ¦Neither won.",
    "J.R. Roe was there. ¦So was A.B. Lee.",
    "The firm, Roe Inc., lost money. ¦Its rival gained.",
    "He joined Roe Inc. in May. ¦He left in June.",
    "She runs Lee & Co. ¦Her brother runs the farm.",
    "Roe Corp. said profits fell. ¦Lee Ltd. said they rose.",
    "It happened on Sept. 11 in the city. ¦Everyone remembers.",
    "The vote is on Jan. 5. ¦The count follows.",
    "They met in Dec. 2009 and again in Feb. 2010. ¦Nothing came of it.",
    "The meeting began at 9 a.m. on Friday. ¦It ended at noon.",
    "The meeting ended at 9 p.m. ¦The doors were shut.",
    "It costs approx. 30 dollars. ¦That is cheap.",
    "See No. 5 on the list. ¦It is the best.",
    "Nos. 3 and 4 are gone. ¦The rest stays.",
    "He said no. ¦She said yes.",
    "The case, Roe vs. Lee, is old. ¦It is famous.",
    "Roe v. Lee was decided in 1950. ¦Few read it now.",
    "He studied art, music, etc. ¦Then he went home.",
    "Fruit, e.g. apples, was sold. ¦Bread was not.",
    "One party, i.e. the larger one, won. ¦The other lost.",
    "The Rev. Ann Lee spoke. ¦The choir sang.",
    "Gov. Roe, R-Ind., agreed. ¦Rep. Lee, D-Calif., did not.",
    "He was born in Springfield, Ill., in 1950. ¦He died there.",
    "The fire began in Flint, Mich. ¦It spread to the north.",
    "St. Louis was flooded. ¦Ft. Worth was dry.",
    "Lt. Col. Ann Roe led the unit. ¦Maj. Gen. Lee followed.",
    "Martin Roe Jr. spoke first. ¦Martin Roe Sr. listened.",
    "The speaker was Martin Roe Jr. ¦He spoke for an hour.",
    "She has a Ph.D. in physics. ¦He has none.",
    "She earned her Ph.D. ¦Then she left.",
    "Roe et al. found otherwise. ¦Others agree.",
    "The building on Fifth Ave. was sold. ¦The price was low.",
    "He came to Washington, D.C. ¦It was raining.",
    "Washington, D.C. residents voted. ¦Most said yes.",
    "The paper, vol. 3, no. 2, is lost. ¦A copy exists.",
    "Op. 46 was played. ¦The hall was full.",
    "He died c. 1450 in Rome. ¦His son lived on.",
    "Vitamin C. is wrong; it has no full stop. ¦Editors know.",
    "Plan B was bad. ¦Plan C was worse.",
    "The E.U. Commission met. ¦Its members argued.",
    "Ask the Dept. of Labor. ¦They will know.",
]
NUMBERS = [
    "The rate rose 3.5 percent to 10.25. ¦Analysts had expected 4.0.",
    "It cost $2.5 billion. ¦That was in 2010.",
    "Version 2.0 is out. ¦Version 3.1.4 is not.",
    "He was 6.1 feet tall. ¦She was 5.9.",
    "The score was 3-2. ¦It was 2-2 at half time.",
    "1. The first item is short.",
    "2. Bring water. ¦It will be hot.",
    "The site is www.example.org. ¦It is new.",
    "Write to roe@example.org. ¦She will answer.",
    "Visit example.com for more. ¦It is free.",
    "The temperature fell to -5.5 degrees. ¦Pipes froze.",
    "It was 2014. ¦2015 was better. ¦Then came 2016.",
    "About 40 people came. ¦30 of them stayed.",
    "Shares closed at 12.40. ¦$3 million was lost.",
    "The law of 1996 was changed. ¦#MeToo was the reason.",
]
QUOTATIONS = [
    "“We will go,” he said. ¦“We must.”",
    "“We will go.” ¦She left.",
    '"We will go," he said. ¦"We must."',
    '"We will go." ¦She left.',
    "“Will you go?” he asked. ¦Nobody answered.",
    '"Will you go?" she asked. ¦He nodded.',
    "“Stop!” the guard shouted. ¦They ran.",
    '"Stop!" he said. ¦They did not.',
    "He called it “a mess.” ¦Others called it “art.”",
    "He called it a “mess”. ¦Others agreed.",
    "“It is over,” she said, “and we lost. ¦There is no more to say.”",
    "She said: “It is over. ¦We lost.”",
    "“It is over. ¦We lost. ¦We go home,” he said.",
    "(It was late.) ¦They went home.",
    "They went home (it was late). ¦Nobody spoke.",
    "They went home. ¦(It was late.)",
    "“Why?” ¦He did not know.",
    "‘We will go,’ he said. ¦‘We must.’",
    "‘We will go.’ ¦She left.",
    "''We will go,'' he said. ¦''We must.''",
    "He said, ''We will go.'' ¦She left.",
    "He asked “who did it?” and left. ¦Nobody knew.",
    "The film “What Now?” opened. ¦Few came.",
    "She said “yes.” ¦He said “no.”",
    "«We will go», he said. ¦«We must.»",
    "“They said ‘never.’” ¦She laughed.",
    "“[The plan] is bad,” he said. ¦“[It] must go.”",
    "“The plan is bad [and] must go.” ¦He sat down.",
    "The sign read “No entry!” in red. ¦He entered.",
    "“Who?” “Me.” ¦They laughed.",
    "He shouted, “Go!” ¦They went.",
    "“We lost,” he said (and he was right). ¦“We lost badly.”",
    "“I was there.” — Ann Roe",
    "“He is here,” she said.” ¦The mark is one too many.",
]
ELLIPSES = [
    "“We tried ... and failed,” he said. ¦She nodded.",
    "“We tried … and failed,” he said. ¦She nodded.",
    "“We tried [...] and failed,” he said. ¦She nodded.",
    "“We tried [ . . . ] and failed,” he said. ¦She nodded.",
    "He waited ... and waited. ¦Nobody came.",
    "“I am . . . tired,” he said. ¦He slept.",
    "Well... maybe. ¦He was not sure.",
    "She paused … then went on. ¦The crowd cheered.",
    "He said the plan ... was “dead.” ¦It was not.",
    "The book (1990 ... 1995) is long. ¦It is good.",
]
MARKS = [
    "What now? ¦Nobody knows.",
    "What now?! ¦Nobody knows.",
    "No! ¦No! ¦No!",
    "Yahoo! shares rose. ¦Others fell.",
    "He won — at last. ¦She lost.",
    "The vote was close; the count took days. ¦Then it was over.",
    "There were three: Ann, Bob and Eve. ¦All are gone.",
    "He said this: The bridge will stay. ¦It did.",
    "It rained – it poured. ¦The river rose.",
    "LONDON (AP) — The bridge fell on Tuesday. ¦Nobody was hurt.",
    "KABUL, Afghanistan — Troops left. ¦Their families rejoiced.",
    "LA CROSSE, Wis. — Gov. Ann Roe spoke. ¦Many came.",
    "WALLACE: Is it true? ¦You said so.",
    "SEN. ROE: Yes. ¦I said so.",
    "Q: Why? ¦Who gave the order?",
    "The eBook sold. ¦iPhones did too.",
    "wikiHow is old. ¦eHow is older.",
    "It is well documented. [17] ¦Others doubt it.",
    "It is well documented. [17] [18] ¦Others doubt it.",
    "It is doubtful. [citation needed] ¦Still, many believe it.",
    "She smiled. :) ¦He did not.",
    "He (the elder Roe) left. ¦She stayed.",
    "The so-called reform failed. ¦It was re-tried.",
    "Al-Qa'ida was blamed. ¦Al-Shabab denied it.",
    "The vote was close.The outcome is unknown.",
    "¿Quién? ¦Nobody answered.",
    "He has a 2-year-old. ¦She has none.",
    "“Yes.” ¦“No.” ¦“Maybe.”",
    "“It is dead.”Roe said.",
    "It is 5 o'clock. ¦The shops' doors open.",
    "The Roes' house burned. ¦It was old.",
    "A new harbour for the old town",
    "The town and its harbour Tuesday, March 3, 2015",
    "The committee\nmet on Monday. ¦It voted.",
]
ATTRIBUTIONS = [
    "“Will it rain?” Ann Roe asked. ¦Nobody knew.",
    "“Is it so, or is it a show, no?” Roe said about the plan.",
    "“It is lost, or is it?” Ann Roe of the town council said, smiling.",
    "“Stop it!” Sen. Roe shouted. ¦“Stop it now.”",
    "“The letters are gone.” Roe said. ¦It was a slip.",
    "“Who are they?” ¦The answer came late.",
    "“Who are they?” ¦Then he left the room.",
    "“Will it rain?” ¦Ann Roe left the room. ¦It rained.",
    "He acted in “Oh No!” ¦This spring he wrote a book.",
    "She called it “The Art of the Game.” ¦Mr. Roe said that he had never read it.",
]
RUN_TOGETHER = [
    "AT LEAST TEN SHIPS LOST IN WINTER STORM ¦The harbour was closed on Tuesday.",
    "THE MAYOR IS FEELING THE HEAT ¦As the vote nears, she has few friends.",
    "NATO and the EU met. ¦They agreed.",
    "The lot is on a highway in Lodi, N.J. ¦Harmony has no telephone.",
    "The club met in Mount Prospect, Ill. ¦It was late.",
    "“I think he is a good man … ¦But he is too old.”",
    "“I was there … I saw it,” he said.",
]
CASES = [
    c.replace("close.The", "close.¦The")
    .replace("harbour Tuesday", "harbour ¦Tuesday")
    .replace("committee\nmet", "committee\n¦met")
    for c in ABBREVIATIONS + NUMBERS + QUOTATIONS + ELLIPSES + MARKS + ATTRIBUTIONS + RUN_TOGETHER
]


@pytest.mark.model
@pytest.mark.parametrize("case", CASES)
def test_sentences_begin_where_marked(case: str, parsed: Callable[[str], Parse]) -> None:
    text = case.replace("¦", "")
    found = sentences(parsed(text))
    assert [text[s.start : s.end] for s in found] == [part.strip() for part in case.split("¦")]


def test_the_table_is_large_enough() -> None:
    assert len(set(CASES)) >= 120


@pytest.mark.model
def test_a_turn_is_its_first_sentence(parsed: Callable[[str], Parse]) -> None:
    found = sentences(parsed("ROE: Yes. I said so.\n\nShe left."))
    assert [s.role for s in found] == ["turn", "body", "body"]
    assert [s.paragraph_index for s in found] == [0, 0, 1]


PIECES = [*"HNR.?”“\"')([] —:1", "said", "U.S.", "Gen.", "...", "\n\n", "\n", "''", "3.5", "17"]


@pytest.mark.model
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_sentences_cover_the_text(text: str, parsed: Callable[[str], Parse]) -> None:
    parse = parsed(text)
    found = sentences(parse)
    position = 0
    for index, s in enumerate(found):
        assert s.sentence_index == index
        assert text[position : s.start].strip() == ""
        inside = text[s.start : s.end]
        assert inside.strip() == inside != ""
        paragraph = parse.paragraphs[s.paragraph_index]
        assert paragraph.start <= s.start < s.end <= paragraph.end
        if s.start > paragraph.start:
            assert inside[0] not in "”)]}»"
        assert s.n_tokens >= 1
        assert s.role in SENTENCE_ROLES
        position = s.end
    assert text[position:].strip() == ""
