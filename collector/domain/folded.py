"""Text as people search for it: small letters, no accents, single spaces, so that 'maranon' finds 'Marañón'.

Must not know where the text comes from.
Next: flatten.py folds what is stored, queries fold what is asked for.
"""

import unicodedata


def fold(text: str) -> str:
    """The text without case, accents and surplus space."""
    if not text.isascii():
        spread = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return " ".join(text.casefold().split())
