"""Queries of searched text: blocks of submissions with their words, made, spoilt, and looked into.

It must not know who asks (`services/searching` makes blocks, `queries/inbox` asks). What stands in no block is looked
at one by one, so that nothing is ever missed. A block holds the submissions of all forms in a range of ids.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import Select, bindparam, func, insert, or_, select, text, update
from sqlalchemy.orm import Session

from collector.domain import wordlist
from collector.store.prepared import Prepared
from collector.store.tables.answers import WordBlock
from collector.store.tables.submissions import Submission

SIZE = 4096  # ids in a block
MOST_WORDS = 60_000  # that a part may be in, over all blocks; more is sooner looked up record by record
_blocks, _submissions = WordBlock.__table__, Submission.__table__

_BLOCK = select(_blocks.c.words, _blocks.c.hits).where(_blocks.c.number == bindparam("one"))
_SPOIL = Prepared(update(_blocks).where(_blocks.c.number == bindparam("block"))
                  .values(edition=_blocks.c.edition + 1, words=None, hits=None, form_ids=None))


def spoil(session: Session, submission_id: int) -> None:
    """Nothing; the text of the submission changes, so that its block is to be made again. For each arrival."""
    _SPOIL.run(session, {"block": submission_id // SIZE})


def find(session: Session, form_ids: tuple[int, ...], words: tuple[str, ...]) -> bytes | None:
    """A byte for each number of a submission up to the last, '1' where each of the words is in it; those of other forms
    perhaps among them.

    None: a word is in so many words that it is sooner looked for in each record. What is narrowed further (drafts, the
    trash) is for the caller.
    """
    named = _named(session, form_ids, words)
    made, left, found = dict(_made(session, form_ids)), MOST_WORDS, bytearray()
    last = (session.scalar(select(func.max(_submissions.c.id))) or 0) // SIZE
    for number in range(last + 1):
        texts = 0
        if number not in made:
            texts = _bits(_looked_up(session, form_ids, words, number))
        elif made[number]:
            texts, met = _texts(session, number, words, named)
            left -= met
            if left < 0:
                return None
        found += f"{texts:0{SIZE}b}"[::-1].encode()
    return bytes(found)


def _named(session: Session, form_ids: tuple[int, ...], words: tuple[str, ...]) -> dict[str, list[int]]:
    """{word: submissions whose instanceID it is}."""
    named: dict[str, list[int]] = {word: [] for word in words}
    for number, name in session.execute(select(_submissions.c.id, _submissions.c.instance_id).where(
            _submissions.c.form_id.in_(form_ids), _submissions.c.draft.is_(False),
            _submissions.c.instance_id.in_(words))):
        named[name].append(number)
    return named


def _texts(session: Session, number: int, words: tuple[str, ...], named: dict[str, list[int]]) -> tuple[int, int]:
    """(a bit for each place in a block, set where the submission has each word; how many words they are parts of)."""
    row = session.connection().execute(_BLOCK, {"one": number}).first()
    both, met = (0 if row is None else -1), 0
    for word in sorted(words, key=len, reverse=True) if row is not None else ():
        those, parts = wordlist.find(row[0], row[1], word, MOST_WORDS + 1)
        both &= those | _bits(one for one in named[word] if one // SIZE == number)
        met += parts
        if not both or met > MOST_WORDS:
            break
    return both, met


def _bits(numbers: Iterable[int]) -> int:
    """A bit for each place in a block, set for these submissions."""
    found = 0
    for number in numbers:
        found |= 1 << number % SIZE
    return found


def _looked_up(session: Session, form_ids: tuple[int, ...], words: tuple[str, ...], number: int) -> list[int]:
    """The submissions of a block that does not stand."""
    query = narrowed(select(Submission.id), words).where(
        Submission.form_id.in_(form_ids), Submission.draft.is_(False), Submission.id >= number * SIZE,
        Submission.id < (number + 1) * SIZE)
    return sorted(session.scalars(query))


def narrowed(query: Select, words: tuple[str, ...]) -> Select:
    """The query, of submissions, narrowed to those in which each of the words is."""
    for word in words:
        query = query.where(or_(Submission.search.contains(word, autoescape=True), Submission.instance_id == word))
    return query


def list_unmade(session: Session, limit: int) -> list[int]:
    """Numbers of blocks that are full of ids and not made, or not any more; the newest first."""
    full = (session.scalar(select(func.max(_submissions.c.id))) or 0) // SIZE
    made = set(session.scalars(select(_blocks.c.number).where(_blocks.c.words.is_not(None))))
    return [number for number in range(full - 1, -1, -1) if number not in made][:limit]


def begin(session: Session, number: int) -> None:
    """Nothing; the block has its row, which whoever changes a text of it changes from now on."""
    if session.get_bind().dialect.name == "postgresql":  # who changed one before, and could not, has ended then
        session.execute(text("LOCK TABLE word_blocks IN SHARE ROW EXCLUSIVE MODE"))
    if session.scalar(select(_blocks.c.number).where(_blocks.c.number == number)) is None:
        session.execute(insert(_blocks).values(number=number, edition=0))


def find_edition(session: Session, number: int) -> int:
    """The edition of a block that has its row."""
    return session.scalar(select(_blocks.c.edition).where(_blocks.c.number == number))


def list_texts(session: Session, number: int) -> list[tuple[int, int, str]]:
    """(place in the block, form id, text) of its submissions that have one, drafts left out."""
    one = _submissions.c
    query = select(one.id, one.form_id, one.search).where(
        one.id >= number * SIZE, one.id < (number + 1) * SIZE, one.draft.is_(False), one.search.is_not(None))
    return [(row[0] % SIZE, row[1], row[2]) for row in session.connection().execute(query.order_by(one.id))]


def keep(session: Session, number: int, edition: int, words: str, hits: bytes, form_ids: Iterable[int]) -> bool:
    """Whether the block stands now; not where a text changed since this edition."""
    made = session.connection().execute(
        update(_blocks).where(_blocks.c.number == number, _blocks.c.edition == edition)
        .values(words=words, hits=hits, form_ids=sorted(form_ids)))
    return made.rowcount == 1


def _made(session: Session, form_ids: tuple[int, ...]) -> Iterator[tuple[int, bool]]:
    """(number, whether one of the forms is in it) of the blocks that stand."""
    for number, kept in session.connection().execute(
            select(_blocks.c.number, _blocks.c.form_ids).where(_blocks.c.words.is_not(None))):
        yield number, not set(form_ids).isdisjoint(kept)
