"""The step that leaves one of several records with the same key. It looks at all records before it cleans any.

Must not keep answers: of every record a hash, a rank and its number stay in memory, 24 bytes.
"""

from array import array
from hashlib import blake2b

from collector.domain.cleaning import cells
from collector.domain.cleaning.ground import Gone, Ground, Tally, without
from collector.domain.cleaning.settings import Deduplicate
from collector.domain.cleaning.steps.texts import places
from collector.domain.cleaning.steps.work import Work
from collector.domain.tabular.shape import REVIEW_STATE, Batch
from collector.domain.values import value_text


class Survey:
    """What a step has to know of all records: who is whose double. losers: numbers of submissions that go, None
    before it is settled."""

    def __init__(self, settings: Deduplicate, counted: list[tuple[str, str]]):
        self.settings = settings
        self.counted = counted
        self.apart = frozenset(settings.apart)
        self.hashes, self.ranks, self.numbers = array("Q"), array("q"), array("q")
        self.losers: frozenset[int] | None = None

    def look(self, batch: Batch) -> None:
        """Takes note of the records of a batch, as they are at this step."""
        keys = self.keys(batch)
        ranks = self._ranks(batch)
        for at, number in enumerate(batch.root.numbers):
            if keys[at] is not None:
                self.hashes.append(keys[at])
                self.ranks.append(ranks[at])
                self.numbers.append(number)

    def settle(self, gone: set[int]) -> None:
        """Decides. gone: numbers that an earlier step of this kind leaves out; the losers are added to them."""
        order = sorted(range(len(self.hashes)), key=self.hashes.__getitem__)
        losers: set[int] = set()
        best, best_hash = None, None
        for at in order:
            number = self.numbers[at]
            if number in gone:
                continue
            if self.hashes[at] != best_hash:
                best, best_hash = at, self.hashes[at]
                continue
            if self._rank(at) > self._rank(best):
                at, best = best, at
            losers.add(self.numbers[at])
        self.losers = frozenset(losers)
        gone |= losers
        self.hashes, self.ranks, self.numbers = array("Q"), array("q"), array("q")

    def keys(self, batch: Batch) -> list[int | None]:
        """The hash of every record's key; None where a part of it is missing or the record stands apart."""
        folded = cells.folded if self.settings.folded else str
        columns = [batch.root.cells[id] for id in self.settings.columns]
        found: list[int | None] = []
        for instance, parts in zip(batch.root.instances, zip(*columns, strict=True), strict=True):
            texts = [folded(value_text(one)) for one in parts]
            if instance in self.apart or not all(texts):
                found.append(None)
            else:
                said = "\x1f".join(texts).encode("utf-8", "surrogatepass")
                found.append(int.from_bytes(blake2b(said, digest_size=8).digest(), "big"))
        return found

    def _rank(self, at: int) -> tuple[int, int]:
        number = self.numbers[at]
        return self.ranks[at], number if self.settings.keep == "last" else -number

    def _ranks(self, batch: Batch) -> list[int]:
        rows = batch.root
        if self.settings.keep == "approved":
            return [int(one == "approved") for one in rows.cells[REVIEW_STATE]]
        if self.settings.keep != "fullest":
            return [0] * len(rows)
        counts = dict.fromkeys(rows.numbers, 0)
        for path, id in self.counted:
            table = batch.tables[path]
            for number, value in zip(table.numbers, table.cells[id], strict=True):
                if value is not None:
                    counts[number] += 1
        return [counts[number] for number in rows.numbers]


def deduplicate(settings: Deduplicate, ground: Ground) -> Work:
    """One record of each key."""
    for path, id in places(ground, settings.columns):
        if path:
            raise Gone(f"La clave «{id.rpartition('/')[2]}» está en una repetición. Elija columnas del registro.",
                       f"The key “{id.rpartition('/')[2]}” is in a repeat. Choose columns of the record.")
    counted = []
    if settings.keep == "approved":
        ground.find(REVIEW_STATE)
    elif settings.keep == "fullest":
        counted = [(path, one.id) for path, table in ground.tables.items() for one in table.variables
                   if not one.is_fact]
    survey = Survey(settings, counted)

    def apply(batch: Batch, tally: Tally | None) -> Batch:
        if not survey.losers:
            return batch
        return without(batch, "", [number not in survey.losers for number in batch.root.numbers], tally)
    reads = {("", id) for id in settings.columns} | set(counted)
    if settings.keep == "approved":
        reads.add(("", REVIEW_STATE))
    return Work(ground, apply, frozenset(reads), survey=survey)


STEPS = {"deduplicate": deduplicate}
