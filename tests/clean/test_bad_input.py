"""Bad input ends in a clean article, a flag, or a refusal with a reason."""

import json
from collections.abc import Callable

import pytest

from flows.alignment import raw_span
from flows.clean.clean import clean
from flows.config import CleanConfig
from flows.records import Article, RawArticle, Refusal

Clean = Callable[..., Article]
Refuse = Callable[..., Refusal]
NEWS = "The council met for three hours on Tuesday and put off its vote on the new bridge."


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\r\n ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        ("\u200b\u00ad\ufeff".encode(), "empty"),
        (b"\xff\xfe", "empty"),
        (b"\x00\x01\x02\x03" * 100, "binary"),
        (b"(" * 100_000, "no_text"),
        ('"' * 100_000, "no_text"),
        ("<" * 100_000, "no_text"),
        ("“" * 50_000 + "”" * 50_000, "no_text"),
        ("\n".join(["“"] * 20_000), "no_text"),
        (b"ADVERTISEMENT\n\nShare this story\n", "boilerplate_only"),
        (
            b"Der Minister sagte am Montag, die Regierung werde der Forderung nicht nachgeben, "
            b"und verwies auf die Lage an der Grenze.",
            "not_target_language",
        ),
    ],
)
def test_refused(refused: Refuse, content: bytes, reason: str) -> None:
    refusal = refused(content)
    assert (refusal.reason, refusal.outcome) == (reason, "rejected")
    assert refusal.detail
    assert refusal.source_path == "folder/a.txt"


def test_undecodable(raw: Callable[..., RawArticle]) -> None:
    refusal = clean(raw(b"caf\xe9"), CleanConfig(), fallback_encoding="utf-8")
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "undecodable"


def test_too_large_counts_characters(refused: Refuse) -> None:
    assert refused("a" * 101, CleanConfig(max_chars=100)).reason == "too_large"


def test_other_language_by_choice(raw: Callable[..., RawArticle]) -> None:
    german = "Der Minister sagte am Montag, die Regierung werde der Forderung nicht nachgeben."
    article = clean(raw(german), CleanConfig(other_languages="keep"))
    assert isinstance(article, Article)
    assert article.lang == "de"
    assert "other_language" in article.flags


@pytest.mark.parametrize(
    "newline", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x0b", "\x0c", "\x85"]
)
def test_line_ends(cleaned: Clean, newline: str) -> None:
    article = cleaned(newline.join([NEWS, "It was late.", "", "It rained."]))
    assert article.text == f"{NEWS}\n\nIt was late.\n\nIt rained."


@pytest.mark.parametrize(
    ("content", "encoding", "method"),
    [
        (NEWS.encode(), "utf-8", "utf-8"),
        (b"\xef\xbb\xbf" + NEWS.encode(), "utf-8", "bom"),
        (NEWS.encode("utf-16"), "utf-16-le", "bom"),
        (NEWS.encode("utf-16-le"), "utf-16-le", "detected"),
        (NEWS.encode("utf-16-be"), "utf-16-be", "detected"),
        (b"\x00\x00\xfe\xff" + NEWS.encode("utf-32-be"), "utf-32-be", "bom"),
        (NEWS.encode("utf-32-le"), "utf-32-le", "detected"),
    ],
)
def test_encodings(cleaned: Clean, content: bytes, encoding: str, method: str) -> None:
    article = cleaned(content)
    assert article.text == NEWS
    assert (article.encoding, article.encoding_method) == (encoding, method)
    assert article.alignment is not None
    (run,) = article.alignment
    assert content[run.raw_start : run.raw_end].decode(encoding) == NEWS


def test_cp1252_is_the_flagged_fallback(cleaned: Clean) -> None:
    article = cleaned("“It’s a café,” he said — “no bridge.”".encode("cp1252"))
    assert article.text == "“It’s a café,” he said — “no bridge.”"
    assert (article.encoding, article.encoding_method) == ("cp1252", "fallback")
    assert "fallback_encoding" in article.flags


def test_mac_roman_when_declared(cleaned: Clean) -> None:
    article = cleaned("“It’s a café,” he said.".encode("mac-roman"), encoding="macintosh")
    assert article.text == "“It’s a café,” he said."
    assert article.encoding_method == "declared"


@pytest.mark.parametrize("declared", ["utf-8", "no-such-encoding", "base64", "ascii\x00"])
def test_wrong_declaration_is_flagged(cleaned: Clean, declared: str) -> None:
    article = cleaned(b"caf\xe9", encoding=declared)
    assert article.text == "café"
    assert {"declared_encoding_wrong", "fallback_encoding"} <= set(article.flags)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("&quot;It&#8217;s late,&quot; AT&amp;T said.", '"It’s late," AT&T said.'),
        ("A caf&eacute;&nbsp;bar &#150; closed.", "A café bar – closed."),
        ("It&amp;#8217;s late &amp;amp; dark.", "It’s late & dark."),
        # What could become markup, or a reference, by being read stays as it is.
        ("Write &lt;b&gt; or &amp;lt;b> in it.", "Write &lt;b&gt; or &lt;b> in it."),
        ("&#97;mp; &&#35;38; &num;38; &bogus; &amp", "&#97;mp; &&#35;38; &num;38; &bogus; &amp"),
        ("AT&T and R&D; a &b c&amp;", "AT&T and R&D; a &b c&"),
        ("A &#0; &#27; &#xD800; &#x110000; z.", "A &#0; &#27; &#xD800; &#x110000; z."),
    ],
)
def test_character_references(cleaned: Clean, raw: str, text: str) -> None:
    article = cleaned(raw)
    assert article.text == text
    assert cleaned(text).text == text


def test_a_character_reference_has_its_bytes(cleaned: Clean) -> None:
    raw = "Caf&eacute; &quot;Bar&quot; was shut."
    article = cleaned(raw)
    assert article.alignment is not None
    at = article.text.index("é")
    assert raw_span(article.alignment, at, at + 1) == (3, 11)
    assert raw_span(article.alignment, at + 2, at + 7) == (12, 27)


def test_one_broken_byte_does_not_spoil_the_rest(cleaned: Clean) -> None:
    article = cleaned("“It’s late,” he said.".encode() + b" \xff The bar closed.")
    assert article.text.startswith("“It’s late,” he said.")
    assert {"fallback_encoding", "mojibake_repaired"} <= set(article.flags)


def test_double_encoded(cleaned: Clean) -> None:
    twice = "“It’s a café,” he said.".encode().decode("cp1252", "replace").replace("\ufffd", "\x9d")
    article = cleaned(twice)
    assert article.text == "“It’s a café,” he said."
    assert "mojibake_repaired" in article.flags


def test_cp1252_read_as_latin_1_keeps_its_quotation_marks(cleaned: Clean) -> None:
    article = cleaned("\x93It\x92s late,\x94 he said\x85")
    assert article.text == "“It’s late,” he said…"


@pytest.mark.parametrize(
    "text",
    [
        "“It’s ‘late’,” he said—“so what?”",
        "«Bien», „gut“, ‹ja›",
        "café”—he",
        "É™ is a letter",
        "10 µm © ½",
    ],
)
def test_good_text_is_no_mojibake(cleaned: Clean, text: str) -> None:
    article = cleaned(text)
    assert article.text == text
    assert "mojibake_repaired" not in article.flags


def test_controls_and_terminal_escapes(cleaned: Clean) -> None:
    article = cleaned("Title \x1b[31mof\x1b[0m the\x00 day\x07\n\n" + NEWS)
    assert article.title == "Title of the day"
    assert "null_characters" in article.flags
    assert {r.text for r in article.removals} == {"[31m", "[0m"}


def test_lone_surrogates_of_json(cleaned: Clean) -> None:
    article = cleaned(json.loads('"He said \\ud83d so."'), as_text=True)
    assert article.text == "He said \ufffd so."
    assert "replacement_characters" in article.flags
    article.text.encode()


def test_decomposed_text_and_zalgo(cleaned: Clean) -> None:
    article = cleaned("Zoe\u0308 met Jose\u0301. " + "Z" + "\u0301\u0316" * 5000 + "algo")
    assert article.text.startswith("Zoë met José. ")


def test_bidi_and_invisible(cleaned: Clean) -> None:
    article = cleaned("The \u202eegdirb\u202c is co\u00adoper\u200bative\ufeff.")
    assert article.text == "The egdirb is cooperative."


def test_right_to_left_text_is_kept(cleaned: Clean) -> None:
    assert "שלום" in cleaned(f"{NEWS} He said שלום and left.").text


@pytest.mark.parametrize(
    "text",
    [
        'a"' * 100_000,
        "a(" * 100_000,
        "“" * 50_000 + "a" + "”" * 50_000,
        "a" * 100_000,
        "a<" * 100_000,
        "word " * 40_000,
        "\n".join(["“a"] * 20_000),
    ],
    ids=["quotes", "brackets", "nested", "token", "angles", "one line", "lines"],
)
def test_large_and_odd(cleaned: Clean, text: str) -> None:
    assert cleaned(text).text


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ('He said "so.', {"unbalanced_quotes"}),
        ("“So,” he said, “", {"unbalanced_quotes"}),
        ('"So," he said.', set()),
        ("„So“, he said, „and so.“", set()),
        ("„So“, he said, „and so.", {"unbalanced_quotes"}),
        (NEWS + " He then went on to", {"truncated"}),
        ("It is \ufffd gone.", {"replacement_characters"}),
    ],
)
def test_flags(cleaned: Clean, text: str, flags: set[str]) -> None:
    assert set(cleaned(text).flags) == flags


def test_front_matter_is_a_removal(cleaned: Clean) -> None:
    head = b"---\ntitle: A Bridge\n---\n"
    article = cleaned(NEWS, preamble=head, raw_offset=len(head), title="A Bridge")
    (removal,) = article.removals
    assert (removal.rule, removal.raw_start, removal.raw_end) == ("front_matter", 0, len(head))
    assert article.alignment is not None
    assert article.alignment[0].raw_start == len(head)
