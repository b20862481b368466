"""The named rules for boilerplate of news, as patterns.

A paragraph rule must match a whole paragraph; that is what keeps a phrase that an article quotes
or tells of. A stretch rule matches inside a paragraph, outside quotation marks. Each pattern is
anchored by literal words and bounded, so that it is linear on any input. Where in the article a
rule may look, and what is done with a match, is decided in `boilerplate`.
"""

import re
from dataclasses import dataclass
from typing import Literal

Place = Literal["anywhere", "head", "tail"]
FLAGS = re.IGNORECASE | re.VERBOSE


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name in `removals`, its pattern, and the part of the article it looks at."""

    name: str
    pattern: re.Pattern[str]
    place: Place = "anywhere"


def _rule(name: str, pattern: str, place: Place = "anywhere", *, case: bool = False) -> Rule:
    return Rule(name, re.compile(pattern, FLAGS & ~re.IGNORECASE if case else FLAGS), place)


# The rest of a sentence or two that speaks to the reader; never with a quotation in it.
REST = r'[^\n"“”]{0,240}'
MEDIA = (
    r"(?:pictures|photos?|photographs|images|videos?|(?:photo\ |video\ )?galler(?:y|ies)|slide\ ?shows?|"
    r"interactives?|graphics?|infographics?|maps?|cartoons)"
)

PARAGRAPH_RULES = (
    _rule("transcript_label", r"(?:full\ |video\ |audio\ )?transcript\ ?:?\.?"),
    _rule(
        "link_line",
        rf"""(?:see|view|browse|check\ out|look\ at|take\ a\ look\ at)\ (?:\w+\ ){{0,3}}{MEDIA}\b{REST}
        | (?:watch|listen\ to)\ (?:the|a|an|our|this|more|[\w’']+['’]s?)\b{REST}
          \b(?:below|above|here|at\ [\w.]+\.\w{{2,}})[.:!]?
        | (?:read|see|find|watch|hear|get|view)\ (?:(?:the|our)\ )?
          (?:more|full|rest|complete|entire|original|whole)\b
          (?:\ (?:story|article|report|post|transcript|interview|piece|column|coverage|text|op-ed|letter|
          statement|version|of|the|it|about|on|from|here|at|in|:)\b|[ :.>»→…]){{0,8}}
          (?:[^\s"“”]{{1,60}}[ .:]{{0,2}}){{0,6}}
        | (?:related|more|also|further|recommended|read\ (?:more|also|next)|see\ also|also\ (?:read|see|on\ [^\n:]{{1,40}})
          |don['’]t\ miss|related\ (?:stories|articles|coverage|links?|topics|news)|more\ from\ [^\n:.]{{1,40}})\ ?:
          [^\n]{{0,200}}
        | click\ (?:here|on|through|to)\b{REST}
        | (?:continue|keep)\ reading{REST}
        | story\ continues\ below\b{REST}
        """,
    ),
    _rule(
        "advertisement",
        r"""advertisements?(?:\ ?[-—:.]\ ?[^\n]{0,60})? | (?:paid\ )?(?:sponsored|promoted)(?:\ (?:content|post|by\b[^\n]{0,60}))?
        | scroll\ (?:down\ )?to\ continue[^\n]{0,40} | (?:article|story)\ continues\ (?:below|after)[^\n]{0,60}""",
    ),
    _rule(
        "app_line",
        rf"""(?:download|get|try)\ (?:the|our)\ (?:\w+\ ){{0,5}}(?:apps?|podcast|e-?book)\b{REST}
        | (?:for\ more[^\n"“”]{{0,60}},\ )download\ our\ app\b{REST}""",
    ),
    _rule(
        "newsletter_line",
        rf"""(?:(?:please\ )?(?:sign\ up|subscribe)\b(?=[^\n]{{0,200}}\b(?:newsletters?|e-?mails?|inbox|alerts?|updates|podcast|digest|
        briefing|itunes|here|now|today|channel|free)\b){REST})
        | (?:get|receive)\ (?:\w+\ ){{0,5}}(?:delivered|sent|straight|directly)\ (?:\w+\ ){{0,2}}to\ your\ (?:inbox|phone|e-?mail){REST}
        | (?:want|like)\ (?:\w+\ ){{0,8}}in\ your\ inbox\?{REST}
        | enter\ your\ e-?mail\ address[^\n]{{0,80}}""",
    ),
    _rule(
        "share_line",
        r"""(?:share|tweet|print|pin|e-?mail|comment|comments|save|like|follow|facebook|twitter|linkedin|
        reddit|whatsapp|pinterest|google\+?|this|on|via|with|your|friends|article|story|and|below|page|the|[\ ,|•·/!.:&+()\d])+
        (?<=[a-z\d.!:)+])""",
    ),
    _rule(
        "follow_line",
        r"""(?:(?:you\ can\ )?(?:please\ )?follow|on\ twitter,?\ follow|find)\ (?=[^\n]{0,160}(?:@\w|on\ (?:twitter|facebook|instagram|x)\b))
        [^\n"“”]{1,240}
        | (?:like|join|find|visit)\ (?:us|me|our\ page)\ on\ (?:facebook|twitter|instagram)[^\n"“”]{0,120}""",
    ),
    _rule(
        "contact_line",
        rf"""if\ you\ (?:experience|have|encounter)\ (?:\w+\ ){{0,3}}(?:problems?|difficult(?:y|ies)|questions?|issues?|trouble|
        comments?|feedback|tips?)\b{REST}
        | (?:please\ )?(?:contact|e-?mail|write\ to|reach)\ (?=[^\n]{{0,160}}(?:@[\w.-]+\.\w|\ at\ \d))[^\n"“”]{{1,200}}
        | (?:send|submit)\ (?:\w+[/ ,]{{1,2}}){{0,8}}(?:tips|questions|comments|feedback|corrections|letters|scoops)\b{REST}
        | (?:got|have)\ (?:a|any)\ (?:tips?|questions?|comments?|story)\b[^\n"“”?]{{0,40}}\?{REST}
        | e-?mail:?\ [\w.+-]+@[\w-]+\.[\w.-]+""",
        "tail",
    ),
    _rule(
        "copyright",
        rf"""(?:copyright\b|©|\(c\)\ ?(?=\d{{4}})){REST}
        | all\ rights\ reserved\b{REST}
        | (?:reprinted|excerpted|adapted|republished|used)\ (?:with\ permission|courtesy|by\ permission){REST}
        | this\ material\ may\ not\ be\ (?:published|broadcast){REST}""",
    ),
)

STRETCH_RULES = (
    _rule(
        "link_parenthesis",
        rf"""\((?:read|see|watch|view|hear|listen\ to|click|browse)\ (?:also\ |related\ ?:?\ )?
        (?:["“‘][^()\n]{{1,160}}["”’][.!?]? | (?:\w+\ ){{0,3}}{MEDIA}\b[^()\n]{{0,160}}
        | (?:more|full|related|here|the\ (?:full|rest|complete|original|whole)|a\ brief\ history|[A-Z][A-Z]+['’]s)\b[^()\n]{{0,160}})\)""",
    ),
    _rule("link_parenthesis", r"\(h/t:?\ [^()\n]{1,60}\)"),
)
