"""Named rules for boilerplate, on both sides: what must go, and what must stay."""

from collections.abc import Callable

import pytest

from flows.records import Article

Rules = Callable[..., list[tuple[str, str]]]

GOES = [
    ("transcript_label", "Video Transcript:"),
    ("archive_label", "FULL TEXT"),
    ("archive_label", "LENGTH: 812 words"),
    ("separator_line", "* * *"),
    ("separator_line", "___"),
    ("player_message", "Your browser does not support the video tag."),
    ("player_message", "This video is no longer available."),
    ("link_line", "See pictures of the flood on our site."),
    ("link_line", "Read the full story at The Weekly Bugle."),
    ("link_line", "Read more: Ten bridges that fell"),
    ("link_line", "Watch the interview below:"),
    ("link_line", "Click here to see the results."),
    ("link_list", "Most popular"),
    ("link_line", "For more on the flood, visit our live page."),
    ("advertisement", "ADVERTISEMENT"),
    ("advertisement", "Advertisement - scroll for more"),
    ("advertisement", "Article continues below this ad"),
    ("advertisement", "Sponsored content"),
    ("app_line", "Download our new app for your phone."),
    ("newsletter_line", "Sign up for our morning newsletter."),
    ("newsletter_line", "Subscribe to our podcast here."),
    ("newsletter_line", "Get the day's news delivered to your inbox."),
    ("newsletter_line", "Enter your email address:"),
    ("share_line", "Share this story with your friends"),
    ("share_line", "Do you live near the bridge? Like our page."),
    ("follow_line", "Follow Jane Doe on Twitter @janedoe."),
    ("follow_line", "Follow us: @thebugle"),
    ("share_line", "Like us on Facebook"),
    ("follow_line", "Twitter: @janedoe"),
    ("caption", "FILE - In this May 3 photo, a ferry crosses the river below the old bridge."),
    ("caption", "Cars wait at the old bridge on Monday. (Jane Doe/The Bugle via AP)"),
    ("photo_credit", "Photo: Jane Doe"),
    ("photo_credit", "Jane Doe / Reuters"),
    ("photo_credit", "Getty Images"),
    ("photo_credit", "Jane van Doe via Getty Images."),
    ("photo_credit", "The Weekly Bugle via AP"),
    ("link_line", "The full breakdown of the vote is here: http://bugle.example/vote."),
    ("style_sheet", ".bridge { color: #ccc; margin: 0 auto; } .bridge img { width: 80px; }"),
    ("photo_credit", "Image courtesy of the river authority"),
    ("first_published", "This article was originally published on The Weekly Bugle."),
    ("address_line", "https://example.org/bridge?id=3"),
]


@pytest.mark.parametrize(("rule", "line"), GOES)
def test_goes(rules_of: Rules, rule: str, line: str) -> None:
    assert rules_of(line) == [(rule, line)]


GOES_AT_THE_END = [
    (
        "reporting_credit",
        "Doe reported from Riverton. Associated Press writer Ann Roe contributed from Rome.",
    ),
    ("reporting_credit", "Jane Doe contributed."),
    ("contact_line", "If you experience technical problems, please write to"),
    ("contact_line", "Contact the reporter at jane.doe@example.org or 555-123-4567."),
    ("contact_line", "Got a tip? Email us at tips@example.org."),
    ("copyright", "Copyright 2014 The Weekly Bugle. All rights reserved."),
    ("copyright", "© 2014 The Weekly Bugle"),
    ("copyright", "This material may not be published, broadcast, rewritten or redistributed."),
    ("reporting_credit", "Reporting by Jane Doe; Editing by John Roe"),
    ("reporting_credit", "(Additional reporting by Jane Doe in Geneva.)"),
    ("reporting_credit", "John Roe contributed to this report."),
    ("reporting_credit", "Roe reported from Geneva."),
    ("reporting_credit", "Contributing: John Roe"),
    ("via_line", "h/t The Weekly Bugle"),
    ("outlet_line", "The opinions expressed are the author's own."),
    ("outlet_line", "The Weekly Bugle is an independent news site that covers bridges."),
    ("author_line", "Jane Doe is a professor of engineering at the state university."),
    ("author_line", "Jane Doe, a retired captain, teaches navigation in Bergen."),
    ("program_line", "The Bridge Hour airs on Radio Six weekdays at noon."),
    ("signature", "- Jane Doe"),
]


@pytest.mark.parametrize(("rule", "line"), GOES_AT_THE_END)
def test_goes_at_the_end(rules_of: Rules, rule: str, line: str) -> None:
    middle = "The ferries will run until the end of October, as they do in every year."
    assert rules_of(middle, line, end=True) == [(rule, line)]


STAYS = [
    # The phrase is quoted, or told of.
    '"Read more: that is all I tell them," the librarian said.',
    'The sign said "Advertisement" and nothing else.',
    "“Sign up for our newsletter here,” the leaflet urges.",
    'He told the crowd: "Follow me on Twitter @mayor."',
    "She had asked the paper to follow the money, and it did.",
    "Follow the river north and the road ends at the old bridge.",
    "The picture of the bridge came to them via Getty Images.",
    "Ann Roe contributed ten dollars.",
    "He answered at length: https://bugle.example/a is where the plan stands, and it is long.",
    "“The plan is here: https://bugle.example/plan”",
    "In CSS, a rule such as body { color: red; } sets the colour of a page.",
    "See how the river has changed: it now runs west of the church.",
    "Read carefully, the law forbids nothing of the kind.",
    "Watch what happens when the water falls, engineers say.",
    "Get ready to wait, the ferry company told its passengers.",
    "Share prices of the two builders fell by a tenth after the vote.",
    "Copyright law does not protect the shape of a bridge.",
    "Contact with the ferry was lost at noon, and found again at one.",
    "Photographs of the bridge hung in every house of the village.",
    "Image matters more than steel in this town.",
    "The advertisement that ran on Sunday cost the company its licence.",
    "The reporter, who was detained on Monday, reported from Geneva for ten years.",
    "Subscribe to that theory and you will never cross a river again.",
    "If you have a question about steel, the old foreman is the man to ask for it.",
    "Email was down for three hours.",
    "Related costs were not counted.",
    "Transcripts of the hearing run to nine hundred pages.",
    "Via the old road the trip takes an hour.",
    "Play resumed after the rain.",
    "1.",
    "Twitter.",
    "Why not?",
    "Photos from the scene showed the deck in the water.",
    "Research from the state university shows that steel tires.",
    "Writing in The Bugle, the mayor defended the vote.",
    "Video shot by a passenger shows the ferry turning back.",
    "For more than a year, families go to the river for water.",
    "The court has heard three such cases on copyright since 2009.",
    "Survivors still share the story.",
    "The old bridge is on fire.",
    "The report was first published in March by the ministry.",
    "The views expressed by the minister drew criticism.",
    "The show airs on Sundays and has no host.",
    "The video is available to anyone who asks.",
    "Subject: the bridge",
    "Used from 1902 to 1940, the ferry now lies in the mud.",
    "Show more patience, he told them.",
    "9:05 p.m.",
]


@pytest.mark.parametrize("line", STAYS)
def test_stays(rules_of: Rules, line: str) -> None:
    assert rules_of(line) == []
    assert rules_of("The ferries will run until October.", line, end=True) == []


@pytest.mark.parametrize(
    "line",
    [
        # A person of the article, introduced in its last paragraph.
        "Jane Doe is a professor of engineering, and she said the plan was sound.",
        "New Haven is home to the oldest of them.",
        '"It was the best bridge we ever had," said the captain, Copyright or not.',
    ],
)
def test_stays_at_the_end(rules_of: Rules, line: str) -> None:
    assert rules_of(line, end=True) == []


def test_author_who_is_in_the_article_stays(cleaned: Callable[..., Article]) -> None:
    article = cleaned(
        "The plan was drawn by a team that Jane Doe has led since the flood of 2009.\n\n"
        "It will be voted on in June, and nobody expects it to pass.\n\n"
        "Jane Doe is a professor of engineering at the state university."
    )
    assert article.removals == ()


@pytest.mark.parametrize(
    ("paragraph", "removed"),
    [
        (
            'The steel came by train. (Read "How Steel Is Made.") It weighs nine tons.',
            '(Read "How Steel Is Made.")',
        ),
        ("It fell in 1902 (see pictures of the ruins) and again.", "(see pictures of the ruins)"),
        (
            "He spoke. [Video: The whole speech on YouTube.]",
            "[Video: The whole speech on YouTube.]",
        ),
        ("The mayor left early. (h/t The Bugle)", "(h/t The Bugle)"),
        ("He was there (Related: The Long Vote) all night.", "(Related: The Long Vote)"),
    ],
)
def test_parentheses_that_lead_elsewhere(rules_of: Rules, paragraph: str, removed: str) -> None:
    assert [text for _, text in rules_of(paragraph)] == [removed]


@pytest.mark.parametrize(
    "paragraph",
    [
        'He went on: "The steel (Read "How Steel Is Made.") was ours," and left.',
        "“The pictures (see pictures of the ruins) lie,” he said.",
        "The bridge (see Table 2) is the third of its kind.",
        "She read (she reads everything) the report twice.",
    ],
)
def test_parentheses_that_stay(rules_of: Rules, paragraph: str) -> None:
    assert rules_of(paragraph) == []


def test_list_of_links_goes_with_its_label(rules_of: Rules) -> None:
    links = ["Ten Bridges That Fell", "Why Ferries Are Never On Time"]
    assert rules_of("Related:", *links) == [("link_list", t) for t in ["Related:", *links]]


SHEET = [
    "@media screen and (max-width: 600px) {",
    ".image-wrap, #top a:hover {",
    "-webkit-border-radius: 50px;",
    "padding-left: 80px !important;",
    "}.",
    "}",
]


def test_a_style_sheet_goes_line_by_line(rules_of: Rules) -> None:
    assert rules_of(*SHEET) == [("style_sheet", line) for line in SHEET]
    assert rules_of("}", "The bridge is old.", "color: red;") == []
    assert rules_of("There was one rule for her: wait;", "and one for him: go;") == []
    assert rules_of("The form reads {name}.", "Say {hello}; wait.") == []


def test_share_bar_needs_two_buttons(rules_of: Rules) -> None:
    assert rules_of("Facebook", "Twitter") == [("share_bar", "Facebook"), ("share_bar", "Twitter")]
    assert rules_of("Facebook") == []


def test_sentences_at_the_end_of_the_last_paragraph(cleaned: Callable[..., Article]) -> None:
    article = cleaned(
        "The council met for three hours on Tuesday and put off its vote.\n\n"
        "Nobody expects the work to begin soon. Follow Jane Doe on Twitter @janedoe."
    )
    assert article.text.endswith("Nobody expects the work to begin soon.")
    assert [r.rule for r in article.removals] == ["follow_line"]


def test_signature_after_a_quotation_is_its_source(rules_of: Rules) -> None:
    assert rules_of("“A bridge is a promise.”", "- Jane Doe", end=True) == []


def test_author_who_shares_a_name_with_someone_goes(cleaned: Callable[..., Article]) -> None:
    article = cleaned(
        "My father, James Doe, built the first bridge in the year of the flood.\n\n"
        "It fell in 1902, and he never spoke of it again to any of us.\n\n"
        "Jane Doe is a professor of engineering at the state university."
    )
    assert [r.rule for r in article.removals] == ["author_line"]


def test_markup_goes_and_parts_paragraphs(cleaned: Callable[..., Article]) -> None:
    article = cleaned(
        "<p>The council met for three hours on <b>Tuesday</b>.</p><p>It put off its vote.</p>"
        "<script>alert('x')</script><!-- end -->"
    )
    assert article.text == ("The council met for three hours on Tuesday.\n\nIt put off its vote.")
    assert {r.rule for r in article.removals} == {"markup"}
    assert "<script>alert('x')</script>" in [r.text for r in article.removals]


def test_less_than_is_no_markup(rules_of: Rules) -> None:
    assert rules_of("If a < b and c > d the bridge holds, and <3 is a heart.") == []


@pytest.mark.parametrize(
    "note",
    [
        "Editor's note: An earlier version gave the wrong year.",
        "Correction: The bridge fell in 1902.",
        "This story has been updated with comments from the mayor.",
        "An earlier version of this article misstated the year.",
    ],
)
def test_notes_are_kept_and_marked(cleaned: Callable[..., Article], note: str) -> None:
    article = cleaned(f"The council met for three hours on Tuesday and put off its vote.\n\n{note}")
    assert article.text.endswith(note)
    assert [(article.text[m.start : m.end], m.role) for m in article.marks] == [(note, "note")]
    assert "editors_note" in article.flags


def test_note_under_its_label(cleaned: Callable[..., Article]) -> None:
    article = cleaned(
        "The council met for three hours on Tuesday and put off its vote.\n\n"
        "CORRECTION:\n\nAn article on Monday gave the wrong year."
    )
    assert [m.role for m in article.marks] == ["note", "note"]


def test_removals_stand_in_order_with_their_bytes(cleaned: Callable[..., Article]) -> None:
    source = (
        "Le pont — Café Bridge\n\nShare this story\n\nThe council “met” for hours. "
        "(h/t The Bugle) It left at noon.\n\nADVERTISEMENT\n"
    )
    raw = source.encode()
    article = cleaned(raw)
    assert [r.rule for r in article.removals] == ["share_line", "via_line", "advertisement"]
    for removal in article.removals:
        assert raw[removal.raw_start : removal.raw_end].decode() == removal.text
    assert article.text.endswith("The council “met” for hours. It left at noon.")
