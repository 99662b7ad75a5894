"""Room for the entity lists on the phone: what the server sent, merged with what the phone itself changed offline.

It must not make requests. `phone` hands in what it fetched; `filler` reads the lists and writes them back.
Source: Collect's LocalEntityUseCases (updateLocalEntitiesFromServer).
"""

import csv
import io
import uuid
from collections.abc import Callable
from pathlib import Path

HEAD = ("name", "label", "__version", "__trunkVersion", "__branchId")
TYPES = ("entityList", "approvalEntityList")


class EntityLists:
    """The lists of one phone, all forms share them; a file each, with where the phone's own changes began."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def names(self) -> list[str]:
        """Of the lists that are there."""
        return sorted(path.stem for path in self.folder.glob("*.csv"))

    def read(self, name: str) -> dict[str, dict[str, str]]:
        """{id: its columns}; an entity that was made here and never seen on the server has no __trunkVersion."""
        path = self.folder / f"{name}.csv"
        if not path.exists():
            return {}
        return {row["name"]: row for row in csv.DictReader(io.StringIO(path.read_text(), newline=""))}

    def merge(self, name: str, content: bytes, deleted: Callable[[list[str]], set[str]]) -> None:
        """Nothing; the list has what the server has, and what only this phone knows yet. deleted: asks the server which
        of these there were once."""
        rows = csv.DictReader(io.StringIO(content.decode(), newline=""))
        head = rows.fieldnames or list(HEAD[:3])
        here, merged = self.read(name), {}
        for row in rows:
            own = here.pop(row["name"], None)
            if own is None or int(own["__version"]) < int(row["__version"]):
                merged[row["name"]] = self._begun(row, row["__version"])
            elif own["__version"] == row["__version"] and own["__trunkVersion"] != own["__version"]:
                merged[row["name"]] = self._begun(own, row["__version"])
            else:
                merged[row["name"]] = own
        alone = [one for one, row in here.items() if not row["__trunkVersion"]]
        gone = deleted(alone) if alone else set()
        merged |= {one: here[one] for one in alone if one not in gone}
        named = dict.fromkeys(column for one in (head, *merged.values()) for column in one)
        columns = [*HEAD, *(column for column in named if column not in HEAD)]
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(merged.values())
        (self.folder / f"{name}.csv").write_text(text.getvalue())

    def _begun(self, row: dict[str, str], version: str) -> dict[str, str]:
        return {**row, "__trunkVersion": version, "__branchId": str(uuid.uuid4())}
