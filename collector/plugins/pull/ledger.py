"""Room of the note of what came: one line for each submission, so that a pull that broke off goes on where it was.

    pulls/   in the data folder, a file for each server that was asked: what came of it, with hashes, and no answers

It must not hold what was taken (`services/pulling` keeps that). Without the file everything is looked at once more.
"""

import fcntl
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = "pulls"


class Taken(Exception):
    """Somebody else is pulling from the same server into this folder."""


@dataclass(slots=True)
class Note:
    """What came of one submission. mark: how it stood over there, with its review state; xml: {instanceID of a version:
    SHA-256}; files: {instanceID of a version: {name: SHA-256}}; comments: how many; run: the last that looked at it.
    """

    mark: str
    xml: dict[str, str] = field(default_factory=dict)
    files: dict[str, dict[str, str]] = field(default_factory=dict)
    comments: int = 0
    run: int = 0

    @property
    def state(self) -> str:
        """The review state over there."""
        return self.mark.split("|")[-2]


class Ledger:
    """The notes about one server. run: the number of this run; one that broke off is gone on with."""

    def __init__(self, data: Path, address: str):
        folder = data / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        self._notes: dict[tuple[int, str, str], Note] = {}
        self.path = folder / f"{hashlib.sha256(address.encode()).hexdigest()[:16]}.jsonl"
        self.path.touch(mode=0o600)
        self._file = self.path.open("r+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise Taken from None
        self.run = 1
        self._read()
        self._write({"begun": self.run, "source": address})

    def find(self, project: int, form: str, instance: str) -> Note | None:
        """What is noted of a submission over there."""
        return self._notes.get((project, form, instance))

    def note(self, project: int, form: str, instance: str, found: Note) -> None:
        """Nothing; this is what came of it, in this run."""
        found.run = self.run
        self._notes[project, form, instance] = found
        self._write({"at": [project, form, instance], "mark": found.mark, "xml": found.xml, "files": found.files,
                     "comments": found.comments, "run": found.run})

    def of_form(self, project: int, form: str) -> dict[str, Note]:
        """{instanceID: what is noted} of the submissions of a form that were looked at in this run."""
        return {instance: note for (number, name, instance), note in self._notes.items()
                if (number, name) == (project, form) and note.run == self.run}

    def end(self) -> None:
        """Nothing; the run is over: the next one looks at everything again."""
        self._write({"ended": self.run})

    def close(self) -> None:
        """Nothing; others may pull."""
        self._file.close()

    def _read(self) -> None:
        whole = 0
        for line in self._file:
            try:
                told = json.loads(line)
            except ValueError:
                break  # the line that a crash left half
            whole += len(line)
            if "at" in told:
                self._notes[tuple(told["at"])] = Note(told["mark"], told["xml"], told["files"], told["comments"],
                                                      told["run"])
            elif "ended" in told:
                self.run = told["ended"] + 1
        self._file.seek(whole)
        self._file.truncate()

    def _write(self, told: dict) -> None:
        self._file.write(json.dumps(told, ensure_ascii=False).encode() + b"\n")
        self._file.flush()
