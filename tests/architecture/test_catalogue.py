"""Every message of the pages has English words, and nothing is translated that nobody says."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

WEB = Path(__file__).parents[2] / "collector" / "web"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
HOLES = re.compile(r"%\((\w+)\)[sd]")


def said() -> dict[str, tuple]:
    """{message: (message, its plural or '')} of all sources."""
    found = {}
    for _file, _line, message, _comments, _context in extract_from_dir(WEB, METHODS, keywords=KEYWORDS):
        both = message if isinstance(message, tuple) else (message, "")
        found[both[0]] = both
    return found


@pytest.fixture(scope="module")
def english():
    with open(WEB / "translations/en/LC_MESSAGES/messages.po", "rb") as stream:
        return {(one.id[0] if isinstance(one.id, tuple) else one.id): one for one in read_po(stream) if one.id}


def test_every_message_has_english_words(english):
    assert sorted(set(said()) - set(english)) == []
    assert [key for key, one in english.items() if not all([one.string] if isinstance(one.string, str)
                                                           else one.string)] == []


def test_nothing_is_translated_that_nobody_says(english):
    assert sorted(set(english) - set(said())) == []


def test_translations_have_the_holes_of_their_message(english):
    for key, one in english.items():
        texts = [one.string] if isinstance(one.string, str) else one.string
        assert all(set(HOLES.findall(text)) == set(HOLES.findall(key)) for text in texts), key
