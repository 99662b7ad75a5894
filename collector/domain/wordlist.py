"""The words of many texts, each once, packed with the numbers of the texts that have it; and which have a word in them.

Must not know the database. `services/searching` packs blocks of submissions so, `store/queries/words` looks into them:
a text is found by any part of a word without being read.
"""

from array import array
from collections.abc import Iterable, Iterator

MOST_TEXTS = 1 << 16  # in one block: numbers of texts are kept in two bytes


def pack(texts: Iterable[tuple[int, str]]) -> tuple[str, bytes]:
    """(words, hits) of ((number from 0, folded text), ...). words: each on a line; hits: how many texts each word has,
    then where its numbers begin and end, then the numbers, ascending."""
    found: dict[str, array] = {}
    for number, text in texts:
        for word in set(text.split(" ")):
            if word:
                found.setdefault(word, array("H")).append(number)
    starts, hits = array("I", [0]), array("H")
    for numbers in found.values():
        hits.extend(numbers)
        starts.append(len(hits))
    return "\n".join(found), array("I", [len(found)]).tobytes() + starts.tobytes() + hits.tobytes()


def find(words: str, hits: bytes, part: str) -> Iterator[array]:
    """For each word that has the part in it, the numbers of the texts that have the word."""
    at = words.find(part)
    if at < 0:
        return
    count = array("I", hits[:4])[0]
    starts, numbers = array("I", hits[4:8 + 4 * count]), hits[8 + 4 * count:]
    line = last = 0
    while at >= 0:
        line += words.count("\n", last, at)
        yield array("H", numbers[2 * starts[line]:2 * starts[line + 1]])
        last = words.find("\n", at)
        at = words.find(part, last) if last >= 0 else -1
