"""Who filled a record in and when, as the phone noted it beside the answers.

Must not judge whether the clock of the phone was right. Which fields hold it, the form says by its preloads.
Next: `services/reading` hands it to the record's page, which sets it beside the time of arrival.
"""

from dataclasses import dataclass

from collector.domain.fields import Field, FormModel
from collector.domain.instance import Instance

_WHO = ("username", "email", "phonenumber")
_STARTED, _ENDED = "/meta/timeStart", "/meta/timeEnd"


@dataclass(frozen=True, slots=True)
class Filling:
    """start, end: as the phone wrote them, with its offset; enumerator: the name set in the app; '' where not noted."""

    start: str = ""
    end: str = ""
    enumerator: str = ""

    def __bool__(self) -> bool:
        return bool(self.start or self.end or self.enumerator)


def filling(instance: Instance, model: FormModel) -> Filling:
    """What the phone noted of the filling of this record."""
    said: dict[str, str] = {}
    for node in instance.root.walk():
        name = _noted(node.field) if node.field is not None else _of_meta(node.path)
        if name and node.text.strip():
            said.setdefault(name, node.text.strip())
    enumerator = next((said[name] for name in (*_WHO, "user") if name in said), "")
    return Filling(said.get("start", ""), said.get("end", ""), enumerator)


def _noted(one: Field) -> str:
    if one.preload == "timestamp":
        return one.preload_params
    return one.preload_params if one.preload == "property" and one.preload_params in _WHO else _of_meta(one.path)


def _of_meta(path: str) -> str:
    return {_STARTED: "start", _ENDED: "end", "/meta/userID": "user"}.get(path, "")
