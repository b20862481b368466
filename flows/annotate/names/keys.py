"""Keys that join one entity across articles: conservative, made of the fullest name alone."""

from flows.annotate.names.countries import state_of
from flows.annotate.names.people import SUFFIXES, fold
from flows.annotate.names.things import group_name

PREFIX = {
    "PERSON": "person",
    "ORG": "organisation",
    "NORP": "group",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "PRODUCT": "product",
    "EVENT": "event",
    "WORK_OF_ART": "work",
    "LAW": "law",
    "LANGUAGE": "language",
}


def entity_key(name: str, label: str) -> str | None:
    """The key of a canonical name.

    A person's key drops middle initials and keeps a suffix; people known by one word have none.
    A state's key is its ISO code, whatever it is called; so is that of its people.

    Args:
        name: the fullest form the article gives.
        label: its OntoNotes label.
    """
    if label in ("GPE", "LOC") and (state := state_of(name)):
        return f"place:{state.lower()}"
    if label == "NORP":
        return f"group:{'-'.join(group_name(name).lower().split())}"
    parts = [w for part in name.replace("-", " ").replace(",", " ").split() if (w := fold(part))]
    if label == "PERSON":
        core = [w for w in parts if w not in SUFFIXES]
        if len(core) < 2:
            return None
        parts = [w for i, w in enumerate(parts) if i == 0 or len(w) > 1 or w == parts[-1]]
    elif parts and parts[0] == "the":
        parts = parts[1:]
    return f"{PREFIX[label]}:{'-'.join(parts)}" if parts else None
