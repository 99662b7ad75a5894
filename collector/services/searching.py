"""Room where the words of many submissions are put together, so that text is found among hundreds of thousands.

It must not search (`store/queries/words`) nor change texts (`services/flattening`). The worker calls it in its idle
time; a block whose texts change meanwhile is not kept, and made again later.
"""

import time

from collector.domain import access, wordlist
from collector.services.unit import UnitOfWork, Units
from collector.store.queries import words as queries

LOOK = 20.0  # seconds between two looks at whether a block is to be made
TOGETHER = 4  # blocks at one look: phones may be waiting for the processor


def gather_when_due(units: Units) -> int:
    """How many blocks were made; 0 when this was looked at a moment ago."""
    now, looked = time.monotonic(), units.memory.get("words looked")
    if looked is not None and now - looked < LOOK:
        return 0
    made = gather(units, TOGETHER)
    units.memory["words looked"] = now if made < TOGETHER else None
    return made


def gather(units: Units, limit: int = 1_000_000) -> int:
    """How many blocks of words were made, of those that wait, the newest first."""
    with units.reading(access.SYSTEM) as unit:
        waiting = queries.list_unmade(unit.session, limit)
    return sum(_gather(units, number) for number in waiting)


def _gather(units: Units, number: int) -> bool:
    units.write(access.SYSTEM, lambda unit: _begin(unit, number))
    with units.reading(access.SYSTEM) as unit:
        edition, texts = queries.find_edition(unit.session, number), queries.list_texts(unit.session, number)
    words, hits = wordlist.pack((place, text) for place, _form, text in texts)
    form_ids = {form_id for _place, form_id, _text in texts}
    return units.write(access.SYSTEM, lambda unit: _keep(unit, number, edition, words, hits, form_ids))


def _begin(unit: UnitOfWork, number: int) -> None:
    unit.require_system()
    queries.begin(unit.session, number)


def _keep(unit: UnitOfWork, number: int, edition: int, words: str, hits: bytes, form_ids: set[int]) -> bool:
    unit.require_system()
    return queries.keep(unit.session, number, edition, words, hits, form_ids)
