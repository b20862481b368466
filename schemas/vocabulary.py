"""Closed vocabularies: every value a coded column may take, with what it means.

Each is a mapping of value to meaning; the tables check against the keys and the data
dictionary prints the meanings.
"""

TITLE_METHODS = {
    "metadata": "given with the article",
    "heading": "the first line, which has the form of a heading",
    "none": "no title found; `title` is null",
}
SENTENCE_ROLES = {
    "title": "the article's title where it stands in the text",
    "body": "running text",
    "heading": "a heading inside the article",
    "list": "an item of a list",
    "caption": "a caption or credit of a picture",
    "dateline": "a dateline standing alone",
    "byline": "a byline standing in the text",
    "turn": "a speaker's label in a transcript or interview, with what follows in its sentence",
    "note": "an editor's note",
}
IN_QUOTE = {
    "none": "no word of the sentence lies between quotation marks",
    "partial": "some of its words do",
    "full": "all of its words do",
}
LABELS = {
    "PERSON": "people, including fictional",
    "NORP": "nationalities, religious and political groups",
    "FAC": "buildings, airports, highways, bridges",
    "ORG": "companies, agencies, institutions",
    "GPE": "countries, cities, states",
    "LOC": "other locations: mountain ranges, bodies of water, regions",
    "PRODUCT": "objects, vehicles, foods",
    "EVENT": "named hurricanes, battles, wars, sports events",
    "WORK_OF_ART": "titles of books, songs, articles",
    "LAW": "named documents made into laws",
    "LANGUAGE": "any named language",
    "DATE": "absolute or relative dates or periods",
    "TIME": "times smaller than a day",
    "PERCENT": "percentages",
    "MONEY": "monetary values, with unit",
    "QUANTITY": "measurements",
    "ORDINAL": "first, second, ...",
    "CARDINAL": "numerals of no other type",
}
LABEL_SOURCES = {
    "model": "the spaCy pipeline",
    "document_vote": "the label most mentions of the name have in the article",
    "rule": "a rule, for instance a title before a name",
    "gazetteer": "the user's gazetteer",
}
MENTION_TYPES = {
    "name": "a proper name, full or partial",
    "nominal": "a noun phrase such as `the official`",
    "pronoun": "a pronoun",
}
LINK_METHODS = {
    "exact": "the gazetteer's name itself",
    "alias": "one of its aliases",
    "partial": "a partial name whose full form in the article is in the gazetteer",
}
QUOTE_KINDS = {
    "direct": "all of the content stands between quotation marks",
    "indirect": "none of it does",
    "mixed": "a part of it does",
}
CUE_KINDS = {
    "say": "speech",
    "write": "writing",
    "think": "thought, belief, feeling: leave out to count speech alone",
    "according_to": "according to X, in X's words, as X put it",
    "colon": "a colon, a dash or a label gives the speaker",
    "none": "no cue: a quotation that stands alone or goes on",
}
SPEAKER_KINDS = {
    "person": "a person with a name",
    "organisation": "an organisation, a state, or a capital standing for one",
    "group": "a named group of people",
    "document": "a report, a letter, a law",
    "unnamed_person": "one person the article does not name",
    "unnamed_group": "several people the article does not name",
    "none": "no speaker found",
}
SPEAKER_METHODS = {
    "name": "the speaker mention is the name",
    "pronoun": "a pronoun resolved to its antecedent",
    "nominal": "a noun phrase resolved to its antecedent",
    "first_person": "I or we, inside another's quotation",
    "continuation": "taken over from the quotation that this one continues",
    "unresolved": "a speaker mention without a name in the article",
    "none": "no speaker mention",
}
QUOTE_FLAGS = {
    "unclosed_mark": "a quotation mark was never closed; the quotation ends with its paragraph",
    "closed_late": "the quotation was closed in a later paragraph",
    "odd_marks": "the paragraph has an odd count of straight marks",
    "nested": "the quotation lies inside another attribution",
    "no_source": "the text names no source (a passive, `reportedly`)",
    "guessed_speaker": "no cue names the speaker; taken from the context",
    "several_speakers": "the statement has more than one speaker; the first is given",
    "headline": "the quotation stands in a title or heading",
}
DOCUMENT_FLAGS = {
    "fallback_encoding": "not UTF-8 and nothing declared: read in the configured fallback",
    "declared_encoding_wrong": "the declared encoding did not decode the bytes",
    "mojibake_repaired": "text once decoded in the wrong encoding was repaired",
    "replacement_characters": "the input has U+FFFD: characters were lost before it came here",
    "null_characters": "NUL or other control characters were removed",
    "metadata_conflict": "two sources of metadata disagree; the stronger one was taken",
    "metadata_invalid": "a metadata value could not be used; kept in `extra`",
    "date_invalid": "the date given is no date; see `published_raw`",
    "truncated": "the text ends in the middle of a sentence",
    "unbalanced_quotes": "some paragraph has an odd count of quotation marks",
    "editors_note": "carries an editor's note",
    "hard_wrapped": "lines broken at a fixed width were joined",
    "duplicate_exact": "the same text stands in another document",
    "duplicate_near": "nearly the same text stands in another document",
    "excerpt": "most of this text is contained in a longer document",
    "other_language": "not in the target language; kept without annotation by choice",
    "time_limit": "annotation ran past its time limit; the document has no annotations",
}
PRECISIONS = {
    "year": "only the year was given",
    "month": "year and month",
    "day": "a calendar day",
    "time": "a day and a time",
}
OUTCOMES = {
    "accepted": "a row in `documents`",
    "duplicate": "left out by choice, the same text being in another document",
    "rejected": "not read, or not used; see `reason`",
    "skipped": "no article, so not read as one: hidden, metadata of others, or of a kind without a reader",
    "withdrawn": "on the withdrawal list; nothing of it is published but this row",
}
REASONS = {
    "empty": "no bytes, or white space only",
    "binary": "not text: a picture, an archive, a program, or full of control characters",
    "too_large": "above the configured limit of bytes or characters",
    "undecodable": "no configured encoding decodes it",
    "not_target_language": "in a language that was not asked for",
    "boilerplate_only": "nothing left after boilerplate was removed",
    "duplicate_exact": "the same text as another document, left out by choice",
    "duplicate_near": "nearly the same text as another document, left out by choice",
    "excerpt": "most of its text is contained in a longer document; left out by choice",
    "duplicate_id": "another input has the same id",
    "broken_record": "a record of a collection file could not be parsed",
    "symlink_outside": "a symbolic link that leads out of the input folder",
    "symlink_loop": "a symbolic link that leads back to itself",
    "symlink_dangling": "a symbolic link to nothing",
    "special_file": "a pipe, socket or device",
    "unreadable": "the system refused to read it",
    "changed_while_read": "the file changed or vanished while it was read",
    "unknown_format": "no reader for this kind of file",
    "no_text": "no article text found in it",
    "truncated": "the record is shorter than it says",
    "over_limit": "beyond the number of inputs asked for (`--limit`)",
    "time_limit": "took longer than the configured seconds per document",
    "withdrawn": "on the withdrawal list",
    "hidden": "a file or folder whose name starts with a dot; a folder is one row",
    "sidecar": "metadata of the article beside it, read with that",
    "manifest": "metadata of the files of a folder",
    "failed": "an error in processing this one document; `detail` has the message",
}
ENCODING_METHODS = {
    "utf-8": "strict UTF-8",
    "bom": "a byte order mark",
    "declared": "declared by the document or its metadata",
    "detected": "UTF-16 or UTF-32 without a mark, by its pattern of NUL bytes",
    "fallback": "the configured fallback",
    "given": "the container (JSON, Parquet, ...) holds text, not bytes",
}
