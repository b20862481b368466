"""The attributions of the five seed articles that matter most."""

from pathlib import Path

import pytest

SEEDS = Path(__file__).resolve().parents[3] / "seeds" / "articles"

# Article, start of the content's first part, speaker mention, cue, kind, cue kind.
EXPECTED = [
    ("000", "that he is unlikely to change", "Recent U.S. intelligence estimates", "concluded", "indirect", "say"),
    ("000", "Kayani doesn't trust U.S.", "officials", "say", "indirect", "say"),
    ("000", "Kayani wants to talk", "one of several Obama administration officials", "said", "direct", "say"),
    ("000", "U.S. generals", "the official", "said", "mixed", "say"),
    ("001", "Instead", "analysts", "say", "indirect", "say"),
    ("001", "that it lacks the troops", "Pakistan", "complains", "indirect", "say"),
    ("001", "What the Pakistanis are asking", "a senior Western diplomat", "says", "mixed", "say"),
    ("001", "both India and Pakistan to agree", "Washington", "urging", "indirect", "say"),
    ("001", "There is a genuine concern", "Ayesha Siddiqa", "says", "direct", "say"),
    ("001", "Is it,", "Siddiqa", "says", "direct", "say"),
    ("001", "that Islamabad was", "Rustam Shah Mohmand", "says", "mixed", "say"),
    ("001", "that Pakistan has never really", None, "suspected", "indirect", "think"),
    ("001", "that Mullah Omar", "Western intelligence agencies", "suspect", "indirect", "think"),
    ("001", "that the Afghan Taliban's key", "Pakistani authorities", "deny", "indirect", "say"),
    ("001", "that limited resources force", "it", "stresses", "indirect", "say"),
    ("001", "The situation is that", "Hasan Askari-Rizvi", "says", "direct", "say"),
    ("001", "that elements within", "critics", "believe", "indirect", "think"),
    ("001", "the Karzai government of", "Interior Minister Rehman Malik", "accused", "indirect", "say"),
    ("001", "that as Pashtun political", "Pakistani officials", "fear", "indirect", "think"),
    ("001", "that India is using its four", "Pakistani officials", "alleged", "indirect", "say"),
    ("001", "Pakistan will find itself", "analyst Siddiqa", "says", "direct", "say"),
    ("001", "It is for this reason", "many", "suspect", "indirect", "think"),
    ("001", "the best outcome for", "Mohmand", "says", "indirect", "say"),
    ("001", "Fundamentally, the U.S.", "the former Pakistan ambassador", "says", "direct", "say"),
    ("002", "that the Haqqanis are far", "Kayani", "reiterated", "indirect", "say"),
    ("003", "The standoff may mean", "US officials", "warned", "indirect", "say"),
    ("003", "any confrontation with", "A senior Pakistani security official", "said", "indirect", "say"),
    ("003", "We cannot fight on", "the official", "said", "direct", "say"),
    ("003", "Mr Zardari resisted", "Reports", "said", "indirect", "say"),
    ("003", "his government was determined", "Mr Zardari", "said", "indirect", "say"),
    ("003", "Pakistan's efforts would be", "he", "said", "indirect", "say"),
    ("003", "that the US should not", "General Kayani", "told", "mixed", "say"),
    ("001", "that even the Taliban in Swat", "Recent local propaganda", "alleging", "indirect", "say"),
    ("001", "maintaining a heavy troop", "Pakistan", "insisting", "indirect", "say"),
    ("001", "that a squeeze on Taliban", "its security chiefs", "fears", "indirect", "think"),
    ("001", "that India is expanding", "it", "fears", "indirect", "think"),
    ("002", "to open NATO supply lines", "Pakistan", "refuses", "indirect", "say"),
    ("002", "these demands", "The U.S.", "rejected", "indirect", "say"),
    ("003", "that it expand its military", "US", "demands", "indirect", "say"),
    ("003", "that Inter-Services", "US intelligence", "believed", "indirect", "think"),
    ("004", "that Pakistan would be", "The U.S.", "hope", "indirect", "think"),
    ("004", "Pakistan’s vehement opposition", "its", "acknowledge", "indirect", "say"),
    ("004", "The U.S. is", "he", "proclaimed", "mixed", "say"),
    ("004", "the U.S. is withholding", "Pakistani officials", "According to", "indirect", "according_to"),
]  # fmt: skip

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def found(tools):
    articles = {}
    for path in sorted(SEEDS.glob("*.txt")):
        text = path.read_bytes().decode("utf-8").replace("\r", "")
        parse = tools.model_parse(text)
        articles[path.stem[:3]] = (text, tools.quotes_of(parse))
    return articles


def starting(found, article, start):
    text, quotes = found[article]
    return text, [q for q in quotes if text[q.parts[0].start :].startswith(start)]


@pytest.mark.parametrize(("article", "start", "speaker", "cue", "kind", "cue_kind"), EXPECTED)
def test_attribution(found, article, start, speaker, cue, kind, cue_kind):
    text, quotes = starting(found, article, start)
    (quote,) = quotes
    got = None if quote.speaker_start is None else text[quote.speaker_start : quote.speaker_end]
    assert (got, text[quote.cue_start : quote.cue_end], quote.kind, quote.cue_kind) == (
        speaker,
        cue,
        kind,
        cue_kind,
    )


@pytest.mark.parametrize(
    ("article", "start", "parts"),
    [("001", "Is it,", 2), ("000", "U.S. generals", 2), ("001", "It is for this reason", 2)],
)
def test_split_statements_are_one_quote(found, article, start, parts):
    _, (quote,) = starting(found, article, start)
    assert len(quote.parts) == parts


@pytest.mark.parametrize(
    ("article", "start", "carries_on"),
    [
        ("001", "Those Taliban who are", "The situation is that"),
        ("001", "What Pakistan doesn't want", "Pakistan will find itself"),
        ("001", "At some point, they will", "Fundamentally, the U.S."),
        ("003", "We have drawn a red line", "We cannot fight on"),
    ],
)
def test_continuations(found, article, start, carries_on):
    _, (quote,) = starting(found, article, start)
    _, (first,) = starting(found, article, carries_on)
    assert quote.continues_quote_index == first.quote_index
    assert quote.speaker_start == first.speaker_start


@pytest.mark.parametrize(
    ("article", "surface"),
    [
        ("001", "A New General, and a New War"),
        ("001", "Can Afghanistan Support"),
        ("002", "relations with the United States have"),
        ("001", "pictures of Pakistan's vulnerable"),
    ],
)
def test_no_quotation(found, article, surface):
    text, quotes = found[article]
    at = text.index(surface)
    assert not any(p.start <= at < p.end for q in quotes for p in q.parts)


def test_polarity_addressee_and_via(found):
    text, (told,) = starting(found, "003", "that the US should not")
    assert text[told.addressee_start : told.addressee_end] == "General Petraeus"
    text, (said,) = starting(found, "003", "Pakistan's efforts would be")
    assert text[said.via_start : said.via_end] == "The Washington Post"
    _, (deny,) = starting(found, "001", "that the Afghan Taliban's key")
    assert deny.negated
    text, (likely,) = starting(found, "002", "that the Haqqanis are far")
    assert likely.hedged
    assert text[likely.addressee_start : likely.addressee_end] == "Allen"
