"""Answers to the forms of the library by the names of their questions, as the phone's engine takes them.

It must not invent answers: what is not given here, the engine makes up.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from collector.domain.fields import FormModel
from tests.phone.entity_lists import EntityLists
from tests.phone.envelope import Filled
from tests.phone.filler import Filler


def place(model: FormModel, name: str) -> str:
    """The path of the only field of that name."""
    path, = (one.path for one in model.fields if one.name == name)
    return f"/{model.root_name}{path}"


def forced(model: FormModel, answers: Mapping[str, str], turns: Mapping[str, int]) -> dict[str, object]:
    """answers: by name, the same in every turn of a repeat. turns: {repeat: how many}."""
    named = {place(model, name): value for name, value in answers.items()}
    return named | {f"{place(model, name)}#count": count for name, count in turns.items()}


def filled(filler: Filler, form: Path, media: Path, lists: EntityLists, folder: Path, answers: list[dict],
           *more) -> list[tuple[Filled, dict]]:
    """(record, what the engine says of it) of each."""
    folder.mkdir()
    (folder / "answers.json").write_text(json.dumps(answers))
    rows = filler.run("--form", form, "--media", media, "--out", folder / "out", "-n", len(answers), "--seed", 5,
                      "--plain", "--tz", "America/Lima", *named(lists), "--answers", folder / "answers.json", *more)
    return [(Filled(folder / "out" / (row["dir"] if len(answers) > 1 else "")), row) for row in rows if "dir" in row]


def named(lists: EntityLists) -> list[str]:
    """The words that tell the engine of entity lists."""
    return [word for name in lists.names() for word in ("--entity-list", f"{name}={lists.folder / name}.csv")]
