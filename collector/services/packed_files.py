"""Room of the photos and other files in a build: those that its rows name, under names that people recognise.

It must not decide which records or columns there are: a file whose question or record is not among the rows stays
out, so that what a recipe drops or masks is not handed out as a picture.
"""

import csv
import hashlib
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

from collector.domain.formats.ziparchive import Member
from collector.domain.tabular import names
from collector.domain.tabular.shape import KEY, Rows, Variable
from collector.services.gathering import Gathered, Progress, Source
from collector.services.spooling import PIECE, bytes_of
from collector.services.unit import UnitOfWork
from collector.store.queries import exports

FILES, LIST = "files", "media.csv"
LABEL, QUESTION, OWN, ENDING, KEYED = 36, 30, 30, 10, 12  # bytes of the parts of a name
_HEADER = ("file", "table", "KEY", "question", "name", "sha256")


class PackedFiles:
    """The files of a build as members of its zip: media/<record>-<key>-<question>-<name>, then media.csv, which says
    what each of them is.

    The record's name stands there only for raw data: a recipe may have hidden it. A file that has not arrived stands
    in media.csv without a name in the zip.
    """

    def __init__(self, source: Source, unit: UnitOfWork, tables: list[Gathered], progress: Progress):
        self._source, self._unit, self._progress = source, unit, progress
        hidden = source.rows.cleaning.protected if source.recipe is not None else ()
        self._asked = [(one, found) for one in tables if (found := [
            variable for variable in one.table.variables if variable.type == "binary" and variable.id not in hidden])]
        self._taken: set[int] = set()
        self.count = self.size = self.missing = 0

    def members(self, folder: Path, told: dict[str, dict]) -> Iterator[Member]:
        """Every file, and the list of them; told: what is known of them is put there."""
        if not self._asked:
            return
        self._progress.begin(FILES, sum(one.spool.rows for one, _variables in self._asked))
        with tempfile.TemporaryFile(dir=folder) as listed:
            listed.write(_line(_HEADER))
            for one, variables in self._asked:
                for rows in one.spool.told(self._progress.add)():
                    yield from self._of(one, variables, rows, listed)
            told["media/"] = {"files": self.count, "bytes": self.size, "missing": self.missing}
            told[LIST] = {"rows": self.count + self.missing}
            yield Member(LIST, bytes_of(listed, told[LIST], self._progress.add))

    def _of(self, one: Gathered, variables: list[Variable], rows: Rows, listed) -> Iterator[Member]:
        """The files that these rows name."""
        named = [(at, variable, own) for variable in variables
                 for at, own in enumerate(rows.cells[variable.id]) if own]
        if not named:
            return
        named.sort(key=lambda found: found[0])
        here = {(file.submission_id, file.name): file for file in exports.list_files(
            self._unit.session, list(dict.fromkeys(rows.numbers[at] for at, _variable, _own in named)))}
        self._unit.rest()
        keys = rows.cells.get(KEY)
        for at, variable, own in named:
            file = here.get((rows.numbers[at], str(own)))
            stream = self._opened(file)
            key = str(keys[at] or "") if keys else ""
            name = "" if stream is None else self._free(file, key, variable, str(own))
            digest = file.sha256 if name else ""
            listed.write(_line((name, one.table.name, key, variable.name, own, digest)))
            if stream is None:
                self.missing += 1
            else:
                self.count += 1
                yield Member(name, self._bytes(stream), packed=False)

    def _opened(self, file: exports.NamedFile | None):
        """The content, None when it is not here."""
        try:
            return None if file is None else self._unit.blobs.open(file.sha256)
        except FileNotFoundError:
            return None

    def _bytes(self, stream) -> Iterator[bytes]:
        with stream:
            while piece := stream.read(PIECE):
                self.size += len(piece)
                self._progress.add(0)
                yield piece

    def _free(self, file: exports.NamedFile, key: str, variable: Variable, own: str) -> str:
        """A name that no other file in the zip has, of parts that a person knows again."""
        label = (file.record_name or "") if self._source.recipe is None else ""
        short = "".join(letter for letter in key.removeprefix("uuid:") if letter.isalnum())
        stem, _dot, ending = own.rpartition(".")
        parts = (_cut(label, LABEL), short[:KEYED], _cut(variable.name, QUESTION), _cut(stem or own, OWN))
        name = "-".join(part for part in parts if part)
        ending = f".{names.file_name(_cut(ending, ENDING))}" if stem and ending else ""
        number = 1
        while True:
            found = names.file_name(name if number == 1 else f"{name}~{number}") + ending
            # hashes: a hundred thousand names must not fill the memory
            known = int.from_bytes(hashlib.blake2b(found.casefold().encode(), digest_size=8).digest(), "big")
            if known not in self._taken:
                self._taken.add(known)
                return f"media/{found}"
            number += 1


def _cut(text: str, most: int) -> str:
    return text.encode("utf-8", "replace")[:most].decode("utf-8", "ignore").strip()


def _line(cells) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue().encode("utf-8", "replace")
