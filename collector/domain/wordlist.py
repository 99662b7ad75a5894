"""The words of many texts, each once, packed with the numbers of the texts that have it; and which have a word in them.

Must not know the database. `services/searching` packs blocks of submissions so, `store/queries/words` looks into them:
a text is found by any part of a word without being read.
"""

from array import array
from collections.abc import Iterable

MOST_TEXTS = 1 << 16  # in one block: numbers of texts are kept in two bytes
_ONE = ord("1")


def pack(texts: Iterable[tuple[int, str]]) -> tuple[str, bytes]:
    """(words, hits) of ((number from 0, folded text), ...). words: each on a line; hits: how many words there are and
    how wide a bit for each text is, then where what is kept of each word begins and ends, then that: the numbers of
    the texts that have it or, where those take as much room, a bit for each text."""
    found: dict[str, array] = {}
    last = 0
    for number, text in texts:
        last = max(last, number)
        for word in set(text.split(" ")):
            if word:
                found.setdefault(word, array("H")).append(number)
    wide, starts, hits = last // 16 + 1, array("I", [0]), array("H")
    for numbers in found.values():
        hits.extend(numbers if len(numbers) < wide else _as_bits(numbers, wide))
        starts.append(len(hits))
    return "\n".join(found), array("I", [len(found), wide]).tobytes() + starts.tobytes() + hits.tobytes()


def find(words: str, hits: bytes, part: str, most: int = MOST_TEXTS) -> tuple[int, int]:
    """(the texts that have the part in one of their words, a bit for each; in how many words it is). Looks no further
    than `most` words."""
    packed, at = memoryview(hits), words.find(part)
    if at < 0:
        return 0, 0
    count, wide = packed[:8].cast("I")
    after = 12 + 4 * count
    starts, kept = packed[8:after].cast("I"), packed[after:].cast("H")
    few, many = bytearray(b"0") * (16 * wide), 0
    line = last = met = 0
    while at >= 0 and met < most:
        line += words.count("\n", last, at)
        begin, end = starts[line], starts[line + 1]
        if end - begin == wide:
            many |= int.from_bytes(kept[begin:end], "little")
        else:
            for number in kept[begin:end]:
                few[number] = _ONE
        met += 1
        last = words.find("\n", at)
        at = words.find(part, last) if last >= 0 else -1
    few.reverse()
    return many | int(few, 2), met


def _as_bits(numbers: array, wide: int) -> array:
    flags = bytearray(b"0") * (16 * wide)
    for number in numbers:
        flags[-1 - number] = _ONE
    return array("H", int(flags, 2).to_bytes(2 * wide, "little"))
