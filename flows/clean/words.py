"""The words of a text as copies of it are known by: in lower case, without marks; built for speed."""

# Marks that differ between copies of one text; anything else but letters and digits parts words.
MARKS = "’‘“”—–…"
PARTING = bytes(c if chr(c).isalnum() or c == 0x5C else 0x20 for c in range(128)) + bytes(128)


def words(text: str) -> list[bytes]:
    """Words of a text in order, in ASCII; other letters are escapes (`caf\\xe9`)."""
    for mark in MARKS:
        text = text.replace(mark, " ")
    return text.lower().encode("ascii", "backslashreplace").translate(PARTING).split()
