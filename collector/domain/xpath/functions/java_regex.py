"""Room for Java's regular expressions as Python patterns, run against the clock.

It must not know functions of expressions. Whatever both languages do not share is translated or refused, so that no
construct of Python's own (recursion, fuzzy matching) gets in. `text` asks it for regex().
"""

import unicodedata
from functools import lru_cache

import regex

from collector.domain.xpath.functions.java_class import (
    LINE_ENDS,
    PERL,
    PERL_UNICODE,
    PatternError,
    cases,
    literal,
    named,
    span,
)

LONGEST = 5_000
DEEPEST = 100
SECONDS = 0.1
FLAGS = frozenset("idmsuxU")
WORD = r"[\p{L}\p{Nd}_]"
PLACES = {
    "A": r"\A", "z": r"\Z", "G": r"\G", "Z": rf"(?=(?:\r\n|[{LINE_ENDS}])?\Z)",
    "b": f"(?:(?<={WORD})(?!{WORD})|(?<!{WORD})(?={WORD}))",
    "B": f"(?:(?<={WORD})(?={WORD})|(?<!{WORD})(?!{WORD}))",
    "R": rf"(?>\r\n|[\x0b\f{LINE_ENDS}])", "X": r"\X",
}
CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "e": "\x1b"}
GROUP = regex.compile(r"\((?:\?(?:[:=!>]|<[=!]|<([A-Za-z][A-Za-z0-9]*)>|([a-zA-Z]*)(-[a-zA-Z]*)?([:)])))?")
REPEAT = regex.compile(r"(?:[*+?]|\{([0-9]{1,9})(,([0-9]{1,9})?)?\})[?+]?")
CODE = regex.compile(r"0([0-3][0-7]{2}|[0-7]{1,2})|x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})|u([0-9A-Fa-f]{4})")


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text matches. Raises PatternError, or TimeoutError after a tenth of a second."""
    return compiled(pattern).fullmatch(text, timeout=SECONDS) is not None


@lru_cache(maxsize=1000)
def compiled(pattern: str) -> regex.Pattern:
    """The pattern, ready to match. Raises PatternError."""
    try:
        return regex.compile(Translation(pattern).whole(), regex.V1)
    except (regex.error, OverflowError, RecursionError, MemoryError) as error:
        raise PatternError(str(error)) from error


class Translation:
    """One reading of a pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        if len(pattern) > LONGEST:
            raise PatternError(f"longer than {LONGEST} characters")
        self.text = unquoted(pattern)
        self.at = 0
        self.flags: frozenset[str] = frozenset()
        self.opened: list[frozenset[str]] = []
        self.groups = 0
        self.names: set[str] = set()

    def whole(self) -> str:
        """The pattern in Python's words."""
        out: list[str] = []
        repeatable = False
        while self.at < len(self.text):
            sign = self.text[self.at]
            if sign in "*+?{":
                out.append(self._repeat(sign, repeatable))
                repeatable = False
            elif sign == "(":
                out.append(self._open())
                repeatable = False
            elif sign == "|":
                self.at += 1
                out.append("|")
                repeatable = False
            elif not self._skipped(sign):
                out.append(self._atom(sign))
                repeatable = True
        if self.opened:
            raise PatternError("Unclosed group")
        return "".join(out)

    def _repeat(self, sign: str, repeatable: bool) -> str:
        found = REPEAT.match(self.text, self.at)
        if not found:
            raise PatternError("Illegal repetition")
        if not repeatable and sign != "{":
            raise PatternError(f"Dangling meta character {sign}")
        if found[3] and int(found[3]) < int(found[1]):
            raise PatternError("Illegal repetition range")
        self.at = found.end()
        return found[0] if repeatable else ""  # a counter on nothing repeats nothing

    def _open(self) -> str:
        found = GROUP.match(self.text, self.at)
        start = found[0]
        if start == "(" and self.text.startswith("?", self.at + 1):
            raise PatternError("Unknown inline modifier")
        self.at = found.end()
        name, on, off, end = found.groups()
        if end == ")":
            self._switch(on, off)
            return ""
        if len(self.opened) == DEEPEST:
            raise PatternError("Too many groups in each other")
        self.opened.append(self.flags)
        if end == ":":
            self._switch(on, off)
            return "(?:"
        if name in self.names:
            raise PatternError(f"Named capturing group {name} is already defined")
        if start == "(" or name:
            self.groups += 1
        self.names.update([name] if name else [])
        return start

    def _switch(self, on: str, off: str | None) -> None:
        off = (off or "")[1:]
        if not FLAGS.issuperset(on + off):
            raise PatternError("Unknown inline modifier")
        self.flags = (self.flags | set(on)) - set(off)

    def _skipped(self, sign: str) -> bool:
        """Whether this was white space or a comment, with the flag x."""
        if "x" not in self.flags or not (sign in " \t\n\x0b\f\r" or sign == "#"):
            return False
        end = self.text.find("\n", self.at) if sign == "#" else self.at
        self.at = len(self.text) if end < 0 else end + 1
        return True

    def _atom(self, sign: str) -> str:
        self.at += 1
        if sign == ")":
            if not self.opened:
                raise PatternError("Unmatched closing ')'")
            self.flags = self.opened.pop()
            return ")"
        if sign == "[":
            return self._class(0)
        if sign == "\\":
            return self._escape()
        if sign == ".":
            return "(?s:.)" if "s" in self.flags else r"[^\n]" if "d" in self.flags else f"[^{LINE_ENDS}]"
        if sign == "^":
            return "(?m:^)" if "m" in self.flags else r"(?:\A)"
        if sign == "$":
            if "m" in self.flags:
                return "(?m:$)"
            return r"\Z" if self.at == len(self.text) else PLACES["Z"]
        return self._letter(sign)

    def _letter(self, sign: str) -> str:
        same = cases(sign, self.flags)
        return literal(sign) if len(same) == 1 else f"[{''.join(map(literal, sorted(same)))}]"

    def _escape(self) -> str:
        sign = self.text[self.at:self.at + 1]
        if sign and sign in "123456789":
            return self._reference()
        self.at += 1
        if sign in PLACES and sign:
            return PLACES[sign]
        if sign == "k":
            found = regex.compile("<([A-Za-z][A-Za-z0-9]*)>").match(self.text, self.at)
            if not found or found[1] not in self.names:
                raise PatternError("named capturing group does not exist")
            self.at = found.end()
            return f"(?P={found[1]})"
        known = self._set(sign)
        return known or self._letter(self._character(sign))

    def _reference(self) -> str:
        number = int(self.text[self.at])
        self.at += 1
        while self.at < len(self.text) and self.text[self.at] in "0123456789":
            longer = number * 10 + int(self.text[self.at])
            if longer > self.groups:
                break
            number, self.at = longer, self.at + 1
        return f"(?:\\g<{number}>)" if number <= self.groups else "(?!)"

    def _set(self, sign: str) -> str:
        """The class that this escape stands for, or ''; the letter is read already."""
        if sign and sign in "pP":
            found = regex.compile(r"\{([^}]*)\}|([A-Za-z])").match(self.text, self.at)
            if not found:
                raise PatternError("Unknown character property")
            self.at = found.end()
            return named(found[1] or found[2] or "", sign == "P")
        return (PERL_UNICODE if "U" in self.flags else PERL).get(sign, "")

    def _character(self, sign: str) -> str:
        """The one character that this escape stands for; its letter is read already."""
        if sign in CONTROLS:
            return CONTROLS[sign]
        code = CODE.match(self.text, self.at - 1)
        if code:
            self.at = code.end()
            octal, *hexadecimal = code.groups()
            number = int(octal, 8) if octal else int(next(filter(None, hexadecimal)), 16)
            if number > 0x10FFFF or 0xD800 <= number < 0xE000:
                raise PatternError("No such character")
            return chr(number)
        if sign == "c" and self.at < len(self.text):
            self.at += 1
            return chr(ord(self.text[self.at - 1]) ^ 64)
        if sign == "N":
            found = regex.compile(r"\{([^}]*)\}").match(self.text, self.at)
            try:
                character = unicodedata.lookup(found[1] if found else "")
            except KeyError:
                raise PatternError("Unknown character name") from None
            self.at = found.end()
            return character
        if not sign or (sign.isascii() and sign.isalnum()):
            raise PatternError("Illegal/unsupported escape sequence")
        return sign

    def _class(self, depth: int) -> str:
        """The class whose '[' is read, up to its ']'."""
        if depth > DEEPEST:
            raise PatternError("Too many classes in each other")
        negated = self.text.startswith("^", self.at)
        self.at += negated
        sides: list[str] = []
        side: list[str] = []
        while self.at < len(self.text):
            sign = self.text[self.at]
            if sign == "]" and (sides or side):
                self.at += 1
                sides.extend([f"[{''.join(side)}]"] if side else [])
                both = "&&".join(sides)
                return f"[^{both}]" if negated else f"[{both}]"
            if self.text.startswith("&&", self.at):
                self.at += 2
                sides.extend([f"[{''.join(side)}]"] if side else [])
                side = []
            elif sign == "[":
                self.at += 1
                side.append(self._class(depth + 1))
            elif not self._skipped(sign):
                side.append(self._member(sign))
        raise PatternError("Unclosed character class")

    def _member(self, sign: str) -> str:
        """One character, range or set inside a class."""
        low = self._end(sign)
        if len(low) > 1:
            return low
        after = self.text[self.at + 1:self.at + 2]
        if self.text.startswith("-", self.at) and after and after not in "][":
            self.at += 1
            high = self._end(after)
            if len(high) > 1:
                raise PatternError("Illegal character range")
            return span(low, high, self.flags)
        return "".join(map(literal, sorted(cases(low, self.flags))))

    def _end(self, sign: str) -> str:
        """The character that stands here, or the set (longer than one character)."""
        self.at += 1
        if sign != "\\":
            return sign
        letter = self.text[self.at:self.at + 1]
        self.at += 1
        return self._set(letter) or self._character(letter)


def unquoted(pattern: str) -> str:
    """The pattern with what stands between \\Q and \\E escaped sign by sign."""
    if "\\Q" not in pattern:
        return pattern
    out, at = [], 0
    while at < len(pattern):
        pair = pattern[at:at + 2]
        if pair == "\\Q":
            quoted, _, rest = pattern[at + 2:].partition("\\E")
            out.extend(sign if sign.isalnum() else f"\\{sign}" for sign in quoted)
            at = len(pattern) - len(rest)
        else:
            step = 2 if pair.startswith("\\") else 1
            out.append(pair[:step])
            at += step
    return "".join(out)
