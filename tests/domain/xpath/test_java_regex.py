"""The answers of these tables are those of java.util.regex in Java 17."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.xpath.functions.java_class import PatternError
from collector.domain.xpath.functions.java_regex import compiled, matches


@pytest.mark.parametrize("text, pattern", [
    ("m", "[a-d[m-p]]"), ("ac", "[a-c&&[^b]]+"), ("a", "[^a-c&&b]"), ("b", "[^a-c&&[^b]]"), ("a",
    "[a&&]"), ("&", "[a&b]"),
    ("]", "[]a]"), ("-", "[-a]"), ("-", "[a-]"), ("-", r"[\w-]"), (".", r"[\w-.]"), (".", "[+-.]"), ("^",
    r"[\^]"),
    ("é", r"[^\w]"), ("é", r"\p{L}"), ("é", r"\pL"), ("é", r"\p{IsAlphabetic}"), ("a", r"\p{Alpha}"), ("a",
    r"\p{IsLatin}"),
    ("é", r"\P{Alpha}"), ("a", r"\p{javaLowerCase}"), ("a", r"\p{L1}"), ("٣", r"\p{Nd}"), ("٣",
    r"(?U)\d"), ("~", "[~|]"),
    ("😀", "."), ("a\nb", "(?s)a.b"), ("a\n", "a$\n"), ("a\n", "a\\Z\n"), ("A", "(?i)a"), ("A", "(?i:a)"),
    ("É", "(?iu)é"),
    ("aB", "a(?i)b"), ("aab", r"(a)\1b"), ("aa", r"(?<n>a)\k<n>"), ("ab", "(?=a)ab"), ("xb", "x(?<!a)b"),
    ("ab", "(?x)a b #c"),
    ("a#b", "a#b"), ("a.b", r"\Qa.b\E"), ("a", r"\x61"), ("a", r"\u0061"), ("a", r"\x{61}"), ("a",
    r"\0141"), ("-", r"\-"),
    ("a}", "a}"), ("a]", "a]"), ("", "{1}"), ("", "^*"), ("a b", r"a\hb"), ("é a", r".\b.a"), ("\r\n", r"\R"),
    ("0712345678", "^07[0-9]{8}$"), ("+51 987", r"\+51 \d{3}"), ("a", "a??"), ("aaa", "a++"), ("K",
    "(?i)[j-l]"),
    ("\t", r"\t"), ("\x01", r"\cA"), ("a\\Qb", r"a\\Qb"), ("x", "(?-i)x"), ("Ñ", "(?iu)[m-ñ]"), ("a",
    r"\N{LATIN SMALL LETTER A}"),
])
def test_what_matches(text, pattern):
    assert matches(pattern, text)


@pytest.mark.parametrize("text, pattern", [
    ("abc", "b"), ("ab", "a|b"), ("b", "[a-c&&[^b]]"), ("b", "[^a-c&&b]"), ("&", "[&&a]"), ("é", r"\w"),
    ("é", r"\p{Alpha}"),
    ("١", r"\d"), ("a\nb", "a.b"), ("a\u2028b", "a.b"), ("a\n", "a$"), ("É", "(?i)é"), ("\u212a",
    "(?i)k"), ("aa", r"(a)\2"),
    ("ab", "(?>a|ab)"), ("aab", "a*+ab"), ("😀", ".."), ("ab", "(?<=a)b"), ("aB", "(a(?i))b"), ("aa",
    "a{1}{2}"),
    ("foo", "fo"), ("a", r"\z"),
])
def test_what_does_not(text, pattern):
    assert not matches(pattern, text)


@pytest.mark.parametrize("pattern", [
    "*", "+a", "a**", "a???", "a{", "a{,2}", "a{2,1}", "a{1", "(", "(a", "a)", "[", "[]", "[a", "[b-a]",
    "[a--]", "[[]",
    r"\y", "\\", r"\p{Foo}", r"\p{Latin}", r"\p", r"\x{110000}", r"\x{d800}", r"\xg", r"\N{no such name}",
    r"\k<n>", r"[\b]",
    r"[a-\d]", "(?P<n>a)", "(?#x)", "(?R)", "(?1)", "(?|a)", "(?(1)a)", "(?z)a", "(?<n>a)(?<n>b)",
    "(" * 200 + ")" * 200,
    "[" * 200 + "a" + "]" * 200, "a" * 6000,
])
def test_what_is_no_pattern(pattern):
    with pytest.raises(PatternError):
        compiled(pattern)


def test_nothing_of_python_s_own_gets_in():
    assert matches("(?:ab){1}", "ab")
    with pytest.raises(PatternError):
        compiled("(?:foo){e<=1}")
    assert not matches(r"\Q(?R)\E", "(?:)")


@pytest.mark.parametrize("pattern, text", [
    ("(a|aa)+", "a" * 60 + "!"), ("(a|a)*", "a" * 60 + "b"), (r"(\w|\d)+", "1" * 60 + "!"),
])
def test_a_pattern_that_never_ends_is_stopped(pattern, text):
    with pytest.raises(TimeoutError):
        matches(pattern, text)


@given(st.text(alphabet="ab01{}[]()*+?|\\^$.&-,:=!<>dDwWsSpPLQEbxu#i ", max_size=25),
       st.text(alphabet="ab01 -", max_size=10))
def test_no_pattern_breaks_it(pattern, text):
    with suppress(PatternError, TimeoutError):
        assert matches(pattern, text) in (True, False)
