"""Room for the character classes of Java's regular expressions: [a-z&&[^b]], \\d, \\p{Alpha}, in Python's words.

It must not know groups or quantifiers; `java_regex` reads those and asks here for what matches one character.
"""

import regex

LINE_ENDS = r"\n\r\x85\u2028\u2029"
PERL = {
    "d": "[0-9]", "D": "[^0-9]", "w": "[0-9A-Za-z_]", "W": "[^0-9A-Za-z_]",
    "s": r"[ \t\n\x0b\f\r]", "S": r"[^ \t\n\x0b\f\r]", "v": rf"[\x0b\f{LINE_ENDS}]", "V": rf"[^\x0b\f{LINE_ENDS}]",
    "h": r"[ \t\xa0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000]",
    "H": r"[^ \t\xa0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000]",
}
# with the flag U
PERL_UNICODE = PERL | {
    "d": r"[\p{Nd}]", "D": r"[^\p{Nd}]", "w": r"[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]",
    "W": r"[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]", "s": r"[\s]", "S": r"[^\s]",
}
POSIX = {
    "Lower": "a-z", "Upper": "A-Z", "ASCII": r"\x00-\x7f", "Alpha": "A-Za-z", "Digit": "0-9", "Alnum": "0-9A-Za-z",
    "Punct": r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e", "Graph": r"\x21-\x7e", "Print": r"\x20-\x7e", "Blank": r" \t",
    "Cntrl": r"\x00-\x1f\x7f", "XDigit": "0-9A-Fa-f", "Space": r" \t\n\x0b\f\r",
    "javaLowerCase": r"\p{Lowercase}", "javaUpperCase": r"\p{Uppercase}", "javaTitleCase": r"\p{Lt}",
    "javaAlphabetic": r"\p{Alphabetic}", "javaLetter": r"\p{L}", "javaDigit": r"\p{Nd}",
    "javaLetterOrDigit": r"\p{L}\p{Nd}", "javaDefined": r"\P{Cn}", "javaISOControl": r"\x00-\x1f\x7f-\x9f",
    "javaSpaceChar": r"\p{Z}",
    "javaWhitespace": r"\t-\r\x1c-\x20\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000",
    "L1": r"\x00-\xff", "all": r"\x00-\U0010ffff", "LD": r"\p{L}\p{Nd}", "LC": r"\p{Lu}\p{Ll}\p{Lt}",
}
CATEGORIES = frozenset(regex.findall(r"\S+", """
    C Cc Cf Cn Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs
"""))
PREFIXED = regex.compile(r"(?:Is|In)[A-Za-z0-9_ -]+|(?:script|sc|block|blk|general_category|gc)=[A-Za-z0-9_ -]+")


class PatternError(ValueError):
    """The pattern is not valid in Java; the text says why."""


def literal(character: str) -> str:
    """The character as itself, in or out of a class."""
    if character.isascii() and not character.isalnum():
        return f"\\x{ord(character):02x}"
    return character


def cases(character: str, flags: frozenset[str]) -> set[str]:
    """The characters that count as this one: both cases with the flag i, beyond ASCII only with u too."""
    if "i" not in flags or not (character.isascii() or "u" in flags):
        return {character}
    both = {character, *(other for other in (character.lower(), character.upper()) if len(other) == 1)}
    return both if "u" in flags else {other for other in both if other.isascii()}


def span(low: str, high: str, flags: frozenset[str]) -> str:
    """The range as class content, with the other case's where the flags ask for it."""
    if high < low:
        raise PatternError(f"Illegal character range {low}-{high}")
    content = f"{literal(low)}-{literal(high)}"
    if "i" in flags:
        for first, last in (("a", "z"), ("A", "Z")):
            start, end = max(low, first), min(high, last)
            if start <= end:
                content += f"{start.swapcase()}-{end.swapcase()}"
        if "u" in flags and ord(high) - ord(low) < 1000:
            span_of = map(chr, range(ord(low), ord(high) + 1))
            content += "".join(literal(other) for one in span_of for other in sorted(cases(one, flags)))
    return content


def named(name: str, negated: bool) -> str:
    """The class of \\p{name} or \\P{name}."""
    content = POSIX.get(name)
    if content is None and (name in CATEGORIES or PREFIXED.fullmatch(name)):
        bare = name[2:] if name.startswith("Is") else name
        content = f"\\p{{{bare}}}"
        try:
            regex.compile(f"[{content}]", regex.V1)
        except regex.error:
            content = None
    if content is None:
        raise PatternError(f"Unknown character property {name}")
    return f"[{'^' if negated else ''}{content}]"
