"""The named rules for boilerplate of news, as patterns.

A paragraph rule must match a whole paragraph, and most allow no quotation in it; that is what keeps
a phrase that an article quotes or tells of. A stretch rule matches inside a paragraph. Patterns
have bounded repetitions and meet paragraphs of bounded length, so that they are linear on any
input. Rules that need to know more than a paragraph stand in `boilerplate`.
"""

import re
from dataclasses import dataclass
from typing import Literal

Place = Literal["anywhere", "head", "tail"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of boilerplate.

    Attributes:
        name: its name in `removals`.
        pattern: what it matches.
        place: the part of the article it looks at.
        max_chars: longest paragraph it can match; most paragraphs are too long for most rules.
    """

    name: str
    pattern: re.Pattern[str]
    place: Place = "anywhere"
    max_chars: int = 600


def _rule(
    name: str,
    pattern: str,
    place: Place = "anywhere",
    *,
    max_chars: int = 600,
    flags: int = re.IGNORECASE,
) -> Rule:
    return Rule(name, re.compile(pattern, flags | re.VERBOSE), place, max_chars)


# What may follow: anything without a quotation, or no more than one sentence (a stop inside a
# word, as in an address, is none).
ANYTHING = r'[^\n"“”]{0,300}'
SENTENCE = r'[^\n"“”.!?]{0,160}(?:\.\w[^\n"“”.!?]{0,80}){0,4}[.!:>»→…\ ]{0,4}'
MEDIA = (
    r"(?:pictures?|photos?|photographs|images|videos?|clips?|galler(?:y|ies)|slide\ ?shows?|"
    r"interactives?|infographics?|trailers?|episodes?|segments?|ads?)"
)
AGENCY = (
    r"(?:AP(?:\ (?:Photo|Images))?|AFP|EPA|Reuters|Getty(?:\ Images)?|(?:The\ )?Associated\ Press|Bloomberg(?:\ News)?|"
    r"Shutterstock|iStock|Corbis|Polaris|Redux|Zuma(?:\ Press)?|UPI|Xinhua|Alamy|Flickr|Wikimedia(?:\ Commons)?|"
    r"Creative\ Commons|Sipa(?:\ USA)?|NurPhoto|Anadolu(?:\ Agency)?|Pool|USA\ TODAY(?:\ (?:Sports|Network))?|"
    r"(?:The\ )?(?:Washington\ Post|New\ York\ Times)|CNN|Screenshot)"
)
# One to four capitalised words.
PERSON = r"[^\W\d_a-z][\w.'’\-]*(?:\ (?:(?:de|van|von|al|bin|la)\ )?[^\W\d_a-z][\w.'’\-]*){0,3}"
# Nothing but names and the small words between them: what a credit has and a sentence has not.
NAME_TOKEN = (
    r"(?:(?-i:[^\W\d_a-z])[\w'’]*|of|the|and|for|via|in|from|at|by|with|de|van|von|al|bin|additional|"
    r"reporting|editing|writing|produced|production|edited|video|story|photos?|camera|sound|graphics)"
)
NAMES = rf"{NAME_TOKEN}(?:[\ ,;.&()/–—-]{{1,3}}{NAME_TOKEN}){{0,60}}[.)\]]{{0,3}}"
DESK = rf"(?:{PERSON}\ (?:writers?|reporters?|researchers?|correspondents?)\ )?"
PEOPLE = rf"{PERSON}(?:(?:,\ (?:and\ )?|\ and\ |\ &\ |;\ ){PERSON}){{0,7}}"

PARAGRAPH_RULES = (
    _rule(
        "transcript_label", r"(?:full\ |video\ |audio\ |rush\ )?transcript\ ?:?\.?", max_chars=40
    ),
    _rule(
        "archive_label",
        r"""(?:abstract|full\ text|lead\ paragraph|correction\ appended|body|highlight)\ ?[.:]?
        | (?:length|word\ count)\ ?:\ ?\d{1,6}\ words?\.? | (?:load-date|language|document-type|publication-type|pub-type|section|
        issn|edition|journal-code)\ ?:\ [^\n"“”]{1,120}""",
        max_chars=160,
    ),
    _rule(
        "separator_line",
        r"[_*\#~=•·.,;:|<>\[\]()\-–—\ ]{1,100} | -\ ?(?:30|end|ends|0)\ ?- | \d{1,3}\ ?(?:of|/)\ ?\d{1,3}\.?",
        max_chars=100,
    ),
    _rule(
        "player_message",
        r"""we\ are\ sorry,\ ?this\ video\b[^\n]{0,120} | x\.?
        | (?:this\ |the\ )?(?:video|content|player)\ (?:(?:is|could|can)\ ?(?:not|n['’]t|no\ longer)|cannot)\ (?:be\ )?
          (?:available|supported|loaded|played|displayed)\b[^\n"“”]{0,120}
        | this\ (?:video|content)\ is\ (?:currently\ )?(?:unavailable|restricted)\b[^\n"“”]{0,120}
        | (?:your\ browser\ (?:does\ not|doesn['’]t)|please\ enable|you\ need\ to\ enable|javascript\ (?:is|must|needs))
          (?=[^\n]{0,120}(?:support|javascript|cookies|enabled|disabled))[^\n"“”]{0,200}
        | (?:loading|buffering)\ ?(?:video)?(?:\.{2,3}|…) | (?:play|replay|close|unmute|now\ playing|autoplay)\ video\.?
        | video\ player\ (?:is\ )?loading[^\n]{0,60}""",
        max_chars=320,
    ),
    _rule(
        "link_line",
        rf"""(?:see|view|browse|check\ out|look\ at|take\ a\ look\ at)\ (?:[\w’']+\ ){{0,4}}{MEDIA}\b{SENTENCE}
        | (?:\([^()\n]{{0,20}}|)(?:see|view|find|check\ out|take\ a\ look\ at)\b[^\n"“”.]{{0,120}}\b(?:below|above)[.:!)]{{0,2}}
        | (?:watch|listen\ to|hear|read|see|check\ out)\ (?=[^\n]{{0,240}}\b(?:(?:below|above)[.:]|(?:below|above|here|at\ (?:https?://|www\.)?[\w.-]{{2,40}}\.[a-z]{{2,6}})\W{{0,3}}$))
          {ANYTHING}
        | (?:watch|listen\ to)\ (?:the|our|this)\ (?:\w+\ ){{0,3}}(?:above|below|here|{MEDIA})\b{ANYTHING}
        | (?:read|see|find|watch|hear|view)\ (?:(?:the|our)\ )?(?:more|full|rest|complete|entire|original|whole)\b{SENTENCE}
        | for\ (?:more(?!\ than)|the\ latest\ (?:news|updates?|on|from)|full\ coverage|additional\ information)\b[^\n"“”.,:]{{0,80}}[,:]?\ (?:please\ )?
          (?:visit|click|check\ out|go\ to|see|download|sign\ up|follow|subscribe|read|watch|tune\ in)\b{SENTENCE}
        | (?:click|tap)\ (?:here|on|through|to)\b{SENTENCE}
        | (?:continue|keep)\ reading(?:\ (?:the\ main\ story|below|here|at|on)\b)?{SENTENCE}
        | (?:more|all)\ (?:stories|articles|posts|coverage|columns|news)\ (?:by|from|on|about)\b{SENTENCE}
        | (?:related|read\ more|read\ also|also\ read|see\ also|read\ next|don['’]t\ miss|more\ here|further\ reading|recommended)
          \ ?(?:stories|articles|coverage|links?|topics|news|content)?\ ?:\ ?[^\n]{{1,160}}
        | (?:most\ (?:popular|read|viewed|shared)|trending(?:\ now)?|editors?['’]\ picks?|recommended\ for\ you|you\ (?:might|may)\ also\ like)
          (?:\ (?:stories|articles|on\ [^\n.]{{1,40}}))?\ ?[:.]?
        | (?:back\ to\ top|skip\ (?:to\ [\w\ ]{{1,30}}|advertisement)|(?:view|show|hide)\ (?:all\ )?(?:more|comments)|load\ more|
          (?:next|previous)\ (?:article|page|story|post)|view\ on\ (?:twitter|facebook|instagram|youtube))\W{{0,3}}
        | [^\n"“”.:;!?]{{3,80}}:\ https?://\S{{3,120}}""",
    ),
    _rule(
        "advertisement",
        r"""advertisements?(?:\ ?[-—:.]\ ?[^\n]{0,60})? | (?:paid|sponsored|promoted)\ (?:content|post|links?|stories|advertisement)\.?
        | (?:sponsored|brought\ to\ you|presented)\ by\b[^\n.]{0,60}\.?
        | scroll\ (?:down\ )?(?:to|for)\ (?:continue|more|video)[^\n]{0,60}
        | (?:article|story|post|column)\ continues\ (?:below|after)[^\n]{0,60}""",
        max_chars=160,
    ),
    _rule(
        "app_line",
        rf"(?:please\ )?(?:download|get|try|install)\ (?:the|our)\ (?:[\w’']+\ ){{0,5}}(?:apps?|podcast|e-?book)\b{ANYTHING}",
    ),
    _rule(
        "newsletter_line",
        rf"""(?:\(|want\ [^\n"“”?]{{1,80}}\?\ |to\ [^\n"“”,]{{1,60}},\ )?(?:please\ )?(?:sign\ up|subscribe|register)\b
          (?=[^\n]{{0,240}}\b(?:newsletters?|e-?mails?|inbox|alerts?|updates|podcasts?|digest|briefing|itunes|soundcloud|here|now|
          today|channel|free)\b){ANYTHING}
        | (?:get|receive|have)\ (?:[\w’']+\ ){{0,8}}(?:delivered|sent|straight|directly|right)?\ ?(?:\w+\ ){{0,2}}(?:to|in)\ your\ (?:inbox|phone|e-?mail)\b
          {ANYTHING}
        | (?:want|like)\ (?:[\w’']+\ ){{1,10}}in\ your\ inbox\?[^\n]{{0,300}}
        | you\ can\ receive\ (?:this|our)\ (?=[^\n]{{0,120}}e-?mail){ANYTHING}
        | enter\ (?:your\ )?e-?mail(?:\ address)?\b[^\n"“”]{{0,80}}
        | [^\n"“”]{{0,40}}\bvia\ email!?\ ?[-–—]?\ ?you\ can\ receive\b[^\n]{{0,300}}""",
    ),
    _rule(
        "share_line",
        r"""(?:[^\n"“”?]{1,100}\?\ )?(?:please\ )?(?:like|share)\ (?:the|our|this)\ (?:page|post|story|article)\b(?:\ (?:on|with|to)\ [^\n"“”.]{1,60})?\ ?[:.!]?
        | (?:please\ )?(?:share|tweet|like|comment|leave\ a\ comment)\b(?:,?\ (?:and|or|share|tweet|like|comment|this|the|your|thoughts|
          story|article|post|page|friends|with|on|via|facebook|twitter|e-?mail|below|in|comments|section|us|if|you|agree)\b){1,14}[.!:]?
        | what\ do\ you\ think\?\ (?=[^\n]{0,100}comment)[^\n"“”]{1,160}
        | (?:join|leave|post|add)\ (?:the|a|your)\ (?:conversation|discussion|comments?)\b[^\n"“”.]{0,80}[.!]?""",
        max_chars=320,
    ),
    _rule(
        "follow_line",
        rf"""(?:you\ can\ |please\ |on\ twitter,?\ |also\ |or\ )?(?:follow|find)\ (?:@\w{{2,30}}\W{{0,2}}
          |(?=[^\n]{{0,200}}(?:@\w|https?://|twitter\.com|on\ (?:twitter|facebook|instagram|snapchat)\b)){ANYTHING})
        | (?:like|join|visit)\ (?:us|me|[\w\ ]{{1,40}})\ on\ (?:facebook|twitter|instagram|youtube|linkedin)\b[^\n"“”]{{0,120}}
        | (?:(?:on\ )?twitter|facebook|instagram)\ ?:\ ?(?:@|https?://|\w+\.com/)\S{{1,80}}
        | [^\n"“”.]{{3,60}}\ (?:is\ on\ (?:twitter|facebook|instagram)|tweets\ (?:(?:at|as|from)\ )?@|can\ be\ (?:found|followed|reached)\ (?:on|at|via|by)\b
          (?=[^\n]{{0,80}}(?:@|twitter|facebook))){ANYTHING}""",
    ),
    _rule(
        "contact_line",
        rf"""if\ you\ (?:experience|have|encounter|know)\ (?:\w+\ ){{0,4}}(?:problems?|difficult(?:y|ies)|questions?|issues?|trouble|
          comments?|feedback|tips?|information)\b
          (?=[^\n]{{0,200}}(?:\b(?:please|contact|e-?mail|write\ to|call|let\ us\ know|visit)\b|@)){ANYTHING}
        | (?:please\ )?(?:contact|e-?mail|write\ to|reach|call)\ (?=[^\n]{{0,200}}(?:@[\w.-]+\.\w|\d{{3}}[-.\ ]\d{{4}})){ANYTHING}
        | (?:please\ )?(?:send|submit)\ (?:\w+[/ ,]{{1,2}}){{0,10}}(?:tips?|questions|comments|feedback|corrections|letters|scoops)\b{ANYTHING}
        | (?:got|have)\ (?:a|any)\ (?:tips?|questions?|comments?|news|story)\b[^\n"“”?]{{0,60}}\?{ANYTHING}
        | (?:[\w’']+\?\ ?){{1,4}}(?=[^\n]{{0,120}}\be-?mail\ (?:us|me|him|her|them)\b){ANYTHING}
        | (?:e-?mail|contact|phone|tel|reach\ [\w\ ]{{1,40}}\ at)\ ?:?\ ?[\w.+-]{{1,64}}@[\w-]{{1,64}}\.[\w.-]{{2,64}}""",
        "tail",
    ),
    _rule(
        "copyright",
        rf"""copyright\ (?:©|\(c\)|\d{{4}}|by\b|holder){ANYTHING}
        | (?:[^\n"“”]{{1,160}}\ )?(?:©\ ?(?=[a-z]|\d{{4}})|\(c\)\ ?(?=\d{{4}})|copyright\ (?:©|\(c\)|(?=\d{{4}}))){ANYTHING}
        | [^\n"“”]{{0,80}}\ball\ rights\ reserved\b{ANYTHING}
        | (?:(?:reprinted|excerpted|adapted|republished|used|reproduced)\ (?:here\ )?(?:with\ (?:the\ )?permission|courtesy|by\ permission)
          |(?:reprinted|excerpted)\ from)\b{ANYTHING}
        | this\ material\ may\ not\ be\ (?:published|broadcast){ANYTHING}
        | (?:distributed|syndicated)\ by\b{SENTENCE}""",
        "tail",
    ),
    _rule(
        "first_published",
        rf"""this\ (?:article|story|piece|post|column|essay|op-ed|interview|excerpt)\ (?:was\ |is\ |has\ been\ )?
        (?:(?:first|originally|also|previously)\ (?:appeared|published|ran|posted)|(?:published|appeared|posted|adapted|excerpted|reprinted|syndicated|
        republished)\ (?:first|originally|in\ partnership|in\ collaboration|from|with|here))\b{ANYTHING}
        | (?:a\ version\ of\ this\ (?:article|story|column|op-ed)\ (?:appears?|appeared|ran|was))\b{ANYTHING}
        | (?:first|originally)\ (?:published|appeared)\ (?:on|in|at|by)\b{SENTENCE}""",
    ),
    _rule(
        "reporting_credit",
        rf"""\W{{0,4}}(?:additional\ |with\ |further\ )?(?:reporting|writing|editing|research|production)\ (?:and\ (?:writing|editing|reporting)\ )?
          (?:by|from)\ {NAMES}
        | (?:contributing|contributors?)\ ?:\ [^\n"“”]{{2,200}}
        | (?:story|video|audio|podcast|photos?|text|illustrations?|graphics?|cinematography|produced|edited|filmed|compiled)\ ?
          (?:and\ \w+\ )?(?:produced\ |edited\ |filmed\ |shot\ |written\ |compiled\ )?by\ {NAMES}
        | [^\n"“”]{{2,300}}\bcontributed\ (?:to\ this\ (?:\w+\ )?(?:report|story|article|column|post)|(?:additional\ )?(?:reporting|research))\b[^\n"“”]{{0,60}}
        | with\ (?:files|reporting|additional\ reporting)\ (?:from|by)\ {NAMES}""",
        "tail",
    ),
    _rule(
        "reporting_credit",
        rf"{DESK}{PEOPLE},?\ (?:reported|wrote|writes|contributed)\ from\ {PEOPLE}\.?(?:;\ {PEOPLE},?\ (?:reported\ )?from\ {PEOPLE}\.?)?"
        rf"(?:\ {DESK}{PEOPLE}(?:\ also)?\ (?:reported|contributed)\ [^\n\"“”]{{2,80}})?"
        rf"|{DESK}{PEOPLE}\ contributed\.",
        "tail",
        flags=0,
    ),
    _rule(
        "photo_credit",
        rf"""\(?(?:(?:file\ |handout\ |stock\ |cover\ |lead\ |top\ |featured\ )?(?:photos?|photographs?|images?|pictures?|illustrations?|graphics?|
          pic|screen\ ?(?:shot|grab|cap))\ ?(?:credits?|sources?)?\ ?(?:[:/]\ ?[^\n"“”]{{1,100}}|courtesy\ [^\n"“”.]{{1,80}}\.?|(?:by|via|from)\ {NAMES})
          |(?:photo\ )?credits?\ ?:\ ?[^\n"“”]{{1,100}})\)?
        | \(?(?:[\w.'’\-]+\ ){{0,4}}[\w.'’\-]*\ ?[/|,]\ ?{AGENCY}(?:\ ?[/|,]\ ?[\w.'’\- ]{{1,40}}){{0,2}}\.?\)?\.?
        | \(?{AGENCY}(?:\ ?/\ ?[\w.'’\- ]{{1,40}}){{0,2}}\.?\)?\.?
        | (?-i:{PERSON})\ via\ {AGENCY}\.?
        | \(?(?:handout|file\ photo|courtesy\ photo|stock\ (?:photo|image)|photo\ illustration)\.?\)?""",
        max_chars=180,
    ),
    _rule(
        "caption",
        rf"""[^\n]{{10,400}}\((?:AP\ Photo|(?:[\w.'’\-]+\ ){{0,4}}[\w.'’\-]*\ ?(?:/|\ via\ |\ for\ )\ ?[\w.'’/\- ]{{0,40}}|(?:photo|image|picture|credit|file|source)\b[^()\n]{{0,10}})
          [^()\n]{{0,60}}\b(?:{AGENCY}|photo|file|via\ [\w ]{{1,30}})[^()\n]{{0,30}}\)\.?
        | FILE\ ?(?:[-–—]{{1,2}}|PHOTO\b)[^\n]{{10,500}}
        | [^\n"“”]{{10,400}}\ (?:AP\ Photo/|Photo\ by\ |Photograph\ by\ )[^\n"“”]{{2,60}}""",
        flags=0,
    ),
    _rule(
        "via_line",
        r"[(\[]?(?:h/t|hat\ tip)\b[/:]*\ ?[^\n\"“”.!?]{1,60}[.)\]]{0,2}",
        "tail",
        max_chars=90,
    ),
    _rule(
        "program_line",
        rf"""[^\n"“”.]{{3,80}}\bairs\ (?=[^\n]{{0,120}}(?:\d\ ?[ap]\.?m\b|weekdays|weeknights|noon)){SENTENCE}
        | tune\ in(?:to)?\b{SENTENCE}""",
        "tail",
    ),
    _rule(
        "outlet_line",
        rf"""(?:visit|go\ to)\ (?:us\ |our\ (?:web)?site\ )?(?:at|on|online)?\ ?(?:https?://|www\.)?[\w.-]{{2,40}}\.[a-z]{{2,6}}\b{SENTENCE}
        | (?:about|support|donate\ to|become\ a\ (?:member|subscriber|supporter)\ of)\ (?:us|our\ (?:work|journalism))\b{SENTENCE}
        | [^\n"“”.]{{2,80}}\ is\ an?\ (?:\w[\w-]*,?\ ){{0,6}}(?:news(?:\ ?(?:agency|site|paper|letter|room|outlet|organi[sz]ation|service|website))|
          magazine|think\ tank|publication|news\ and\ (?:\w+\ )?(?:site|outlet|website))\b(?=[^\n]{{0,200}}(?:\.com|\.org|website|nonprofit|non-profit|
          independent|dedicated|covers|covering|based\ in|focus)){ANYTHING}
        | the\ (?:opinions?|views?)\ (?:expressed\ (?:here|in|are|above|by\ the\ author)|in\ this\ (?:article|column|piece|commentary))\b{ANYTHING}
        | (?:his|her|their|my)\ (?:opinions?|views?)\ (?:are|is)\ (?:his|her|their|my)\ own\b{ANYTHING}""",
        "tail",
    ),
    _rule(
        "address_line",
        r"(?:(?:read|see|source|video|watch|more|link)\ ?:?\ )?(?:https?://|www\.|pic\.twitter\.com/)\S{3,300}",
        max_chars=330,
    ),
)

STRETCH_RULES = (
    _rule(
        "link_parenthesis",
        rf"""\((?:read|see|watch|view|hear|listen\ to|click|browse)\ (?:also\ |related\ ?:?\ )?
        (?:["“‘][^()\n]{{1,160}}["”’][.!?]? | (?:[\w’']+\ ){{0,3}}{MEDIA}\b[^()\n]{{0,160}}
        | (?:more|full|related|here|the\ (?:full|rest|complete|original|whole)|a\ brief\ history)\b[^()\n]{{0,160}}
        | [^()\n]{{1,100}}\b(?:below|above|here|on\ [\w.]{{2,40}}\.com)[.!]?)\)""",
    ),
    _rule(
        "link_parenthesis",
        r"\((?:related|read\ more|more|video|photos?|see\ also)\ ?:\ [^()\n]{1,160}\)"
        r"|\[(?:related|read\ more|video|photos?|see\ also)\ ?:\ [^\[\]\n]{1,160}\]",
    ),
    _rule(
        "newsletter_line",
        r"\((?:subscribe|sign\ up)\ (?=[^()\n]{0,120}\b(?:here|itunes|newsletter|podcast|e-?mail)\b)[^()\n]{1,160}\)",
    ),
    _rule("via_line", r"[(\[](?:h/t|hat\ tip)\b\ ?:?\ ?[^()\[\]\n]{1,60}[)\]]\.?"),
)

# Tags in text that should have none. Script and style go with what they hold.
MARKUP = re.compile(
    r"<(?P<element>script|style)\b[^<>]{0,500}>[^<]{0,20000}(?:<(?!/)[^<]{0,2000}){0,20}</(?P=element)\s?>"
    r"|<!--[^<>]{0,2000}-->|</?(?P<name>[a-zA-Z][\w-]{0,20})(?=[\s/>])[^<>\n]{0,1000}>",
    re.IGNORECASE,
)
BLOCK_ELEMENTS = re.compile(
    r"article|aside|blockquote|br|d[dlt]|div|figcaption|figure|footer|h[1-6r]|header|li|main|nav|ol|p|"
    r"pre|script|section|style|table|t[dhr]|tweet|ul",
    re.IGNORECASE,
)

# One line of a style sheet that was left in text: a selector, a declaration, a brace.
DECLARATION = r"-?[a-z]{2,20}(?:-[a-z]{2,20}){0,3}\ ?:\ ?[\w\s.,\#%()!'-]{1,100}"
STYLE_LINE = re.compile(
    rf"""(?:[.\#@]|[a-z][\w-]{{0,20}}[.\#:]?)[\w\s.,\#:>()*-]{{0,160}}\{{ | \}}[.\s}}]{{0,4}} | {DECLARATION};\.?
    | (?:[\w\s.,\#:>()*@-]{{1,120}}\{{\ ?(?:{DECLARATION}(?:;\ ?|(?=\}}))){{0,12}}\}}){{1,12}}[.\s]{{0,3}}""",
    re.VERBOSE,
)

# Labels of lists of links; what follows in the form of headings goes with them.
LIST_LABEL = re.compile(
    r"""["“]?(?:related|also\ on\ [^\n:.]{1,40}|more\ (?:from|on|in)\ [^\n:.]{1,40}|read\ (?:more|next|also)|see\ also|more\ (?:stories|news|coverage)|
    related\ (?:stories|articles|coverage|links|topics|news|posts)|you\ (?:may|might)\ also\ like|recommended|further\ reading|
    more\ reading|short\ reads|must\ reads|most\ (?:popular|read)|trending|also\ see|also\ read)\ ?[:.]?["”]?""",
    re.IGNORECASE | re.VERBOSE,
)

# One line of a bar of buttons; a bar has two of them or more.
SHARE_BUTTON = re.compile(
    r"""(?:share|tweet|pin(?:\ it)?|print|e-?mail|save|like|comments?|\d{1,5}\ (?:comments?|shares?|likes?)|facebook|twitter|linkedin|
    reddit|whatsapp|pinterest|google\+?|tumblr|flipboard|messenger|telegram|copy\ link|instagram|youtube|rss)\W{0,2}""",
    re.IGNORECASE | re.VERBOSE,
)

# The author presented below the text, who is nowhere else in it.
AUTHOR = re.compile(
    rf"""(?P<name>{PERSON})(?:,[^\n]{{2,160}}?,|\ \([^()\n]{{1,60}}\))?
    \ (?:(?:is|are|was)\ (?:[\w’'.,-]+\ ){{0,12}}?(?i:(?:co-?)?(?:author|founder|host|director|editor|chair(?:man|woman)?|president|writer|creator|anchor|
    columnist|contributor|reporter|correspondent|journalist|professor|lecturer|fellow|scholar|historian|analyst|chief|officer|
    executive|attorney|lawyer|consultant|economist|scientist|producer|member|activist|strategist|student|researcher|critic|
    blogger|novelist|poet|physician|partner|expert|adviser|advisor|manager|teacher|intern|veteran|ambassador)s?)\b
    |(?:edits|writes|covers|teaches|taught|hosts|directs|blogs)\ (?=["“\w])|reports\ (?:on|for|from)\ )""",
    re.VERBOSE,
)
SPEECH = re.compile(
    r"\b(?:said|says|told|added|asked|replied|tweeted|argued|according)\b", re.IGNORECASE
)
# A name or an agency after a dash, as a signature.
SIGNATURE = re.compile(
    rf"[-–—]{{1,2}}\ ?(?:(?P<agency>{AGENCY})|(?:by\ )?{PERSON}(?:\ and\ {PERSON})?)\.?", re.VERBOSE
)
# Rules that may also match the last sentences of a paragraph at the end.
TRAILING = frozenset({"follow_line", "share_line", "newsletter_line", "via_line", "contact_line"})
SENTENCE_START = re.compile(r"(?<=[.!?:)])\ (?=[A-Zh(\[])")
