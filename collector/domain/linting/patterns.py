"""Room for regular expressions that no phone compiles, or that can keep it busy for minutes on a short answer.

It must not match anything. A pattern is slow when something repeated without bound holds something else that is, and
nothing between the two tells where one turn ends and the next begins: `(a+)+`, `(\\w+ ?)*`, `(a|a)*`.
"""

import re
from re import _constants as word
from re import _parser

from collector.domain.xpath.functions.java_class import PatternError
from collector.domain.xpath.functions.java_regex import compiled

UNBOUND = 25  # as many turns are as slow as endless ones
LETTERS = [chr(code) for code in (*range(32, 127), *range(0xC0, 0x100), 9, 10)]
EVERY = frozenset(LETTERS)
CATEGORY = {
    word.CATEGORY_DIGIT: frozenset(one for one in LETTERS if one in "0123456789"),
    word.CATEGORY_SPACE: frozenset(" \t\n"),
    word.CATEGORY_WORD: frozenset(one for one in LETTERS if one.isascii() and (one.isalnum() or one == "_")),
}
CATEGORY |= {word.CATEGORY_NOT_DIGIT: EVERY - CATEGORY[word.CATEGORY_DIGIT],
             word.CATEGORY_NOT_SPACE: EVERY - CATEGORY[word.CATEGORY_SPACE],
             word.CATEGORY_NOT_WORD: EVERY - CATEGORY[word.CATEGORY_WORD]}
JAVA_ONLY = ("[[", "&&", "--", "||", "~~")  # sets inside of sets: Python would read them otherwise
PROPERTY = re.compile(r"\\p\{\w+\}")
REPEATS = (word.MAX_REPEAT, word.MIN_REPEAT)


def fault(pattern: str) -> str:
    """What keeps a phone from compiling the pattern, '' when nothing does."""
    try:
        compiled(pattern)
    except PatternError as error:
        return str(error)
    return ""


def is_slow(pattern: str) -> bool:
    """Whether it can take a phone minutes. What cannot be told is not slow."""
    if any(sign in pattern for sign in JAVA_ONLY):
        return False
    try:
        return _is_slow(_parser.parse(PROPERTY.sub(r"\\w", pattern)))
    except (word.error, OverflowError, RecursionError):
        return False


def _is_slow(items) -> bool:
    for operation, argument in items:
        if operation in REPEATS and argument[1] >= UNBOUND and _is_ambiguous(list(argument[2])):
            return True
        if any(_is_slow(inner) for inner in _inside(operation, argument)):
            return True
    return False


def _inside(operation, argument) -> list:
    if operation in (*REPEATS, word.POSSESSIVE_REPEAT):
        return [argument[2]]
    if operation is word.SUBPATTERN:
        return [argument[3]]
    if operation is word.BRANCH:
        return list(argument[1])
    if operation in (word.ASSERT, word.ASSERT_NOT):
        return [argument[1]]
    return []


def _is_ambiguous(body: list) -> bool:
    """Whether the same text can be one turn or several."""
    while len(body) == 1 and body[0][0] is word.SUBPATTERN:
        body = list(body[0][1][3])
    if len(body) == 1 and body[0][0] is word.BRANCH:
        branches = [list(one) for one in body[0][1][1]]
        if any(_is_ambiguous(one) for one in branches):
            return True
        single = [_letters(one) for one in branches if _length(one) == (1, 1)]
        return any(one & other for place, one in enumerate(single) for other in single[place + 1:])
    for place, (operation, argument) in enumerate(body):
        if operation in REPEATS and argument[1] >= UNBOUND:
            repeated = _letters(argument[2])
            others = [item for number, item in enumerate(body) if number != place]
            if not any(_length([item])[0] and not _letters([item]) & repeated for item in others):
                return True
    return False


def _length(items) -> tuple[int, int]:
    """(least, most) characters, both at most 2."""
    least = most = 0
    for operation, argument in items:
        low, high = 1, 1
        if operation in (*REPEATS, word.POSSESSIVE_REPEAT):
            low, high = (turns * each for turns, each in zip(argument[:2], _length(argument[2]), strict=True))
        elif operation is word.SUBPATTERN:
            low, high = _length(argument[3])
        elif operation is word.BRANCH:
            each = [_length(one) for one in argument[1]]
            low, high = min(one[0] for one in each), max(one[1] for one in each)
        elif operation in (word.AT, word.ASSERT, word.ASSERT_NOT):
            low = high = 0
        least, most = min(2, least + low), min(2, most + high)
    return least, most


def _letters(items) -> frozenset[str]:
    """Every character that the items can match."""
    found: frozenset[str] = frozenset()
    for operation, argument in items:
        if operation is word.LITERAL:
            found |= {chr(argument)}
        elif operation is word.NOT_LITERAL:
            found |= EVERY - {chr(argument)}
        elif operation is word.ANY:
            found |= EVERY
        elif operation is word.IN:
            found |= _class(argument)
        else:
            for inner in _inside(operation, argument):
                found |= _letters(inner)
    return found


def _class(members) -> frozenset[str]:
    negated = bool(members) and members[0][0] is word.NEGATE
    found: frozenset[str] = frozenset()
    for operation, argument in members:
        if operation is word.LITERAL:
            found |= {chr(argument)}
        elif operation is word.RANGE:
            found |= {one for one in LETTERS if argument[0] <= ord(one) <= argument[1]}
        elif operation is word.CATEGORY:
            found |= CATEGORY.get(argument, EVERY)
    return EVERY - found if negated else found
