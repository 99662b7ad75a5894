"""A small world in which everything can go wrong that the catalogue of problems tells of.

It must not judge. The rooms beside it (`codes_requests`, `codes_records`, `codes_people`, `codes_data`,
`codes_entities`) hold what is asked of it, one question for each problem; `test_codes` asks them.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from collector.services.unit import Units
from tests import builders

FORM = "/v1/projects/1/forms/simple"
ALL = f"{FORM}/submissions"
XML = {"content_type": "application/xml"}
TABLE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class World:
    """The application, its people, a phone; the published form «simple» with the record uuid:1."""

    app: object
    units: Units
    alice: builders.Person
    bob: builders.Person
    carol: builders.Person
    phone: builders.PhoneKey
    monkeypatch: pytest.MonkeyPatch

    @property
    def stranger(self):
        """A client without credentials."""
        return self.app.test_client()

    def send(self, instance_id: str = "uuid:2", body: str = "<nombre>Ana</nombre>", **about):
        """The answer to a submission that the manager sends over the API."""
        return self.bob.post(ALL, data=builders.a_submission("simple", about.pop("version", "1"), body, instance_id,
                                                             **about), **XML)

    def edit(self, instance_id: str, deprecated_id: str | None, at: str = "uuid%3A1"):
        """The answer to an edit of a record."""
        xml = builders.a_submission("simple", "1", "<nombre>Eva</nombre>", instance_id, deprecated_id)
        return self.bob.put(f"{ALL}/{at}", data=xml, **XML)

    def upload(self, table: str, query: str = ""):
        """The answer to a form that comes as a workbook."""
        return self.bob.post(f"/v1/projects/1/forms{query}", data=table.encode(), content_type=TABLE)

    def change(self, **settings) -> None:
        """Nothing; the server runs with these settings from now on."""
        self.units.settings = dataclasses.replace(self.units.settings, **settings)
        self.app.config["MAX_CONTENT_LENGTH"] = self.units.settings.largest_request


Case = Callable[[World], object]


def cases() -> dict[str, Case]:
    """What is asked so that each problem arises, by the name of the function that makes it."""
    from tests.web import codes_data, codes_entities, codes_people, codes_records, codes_requests

    found: dict[str, Case] = {}
    for room in (codes_requests, codes_records, codes_people, codes_data, codes_entities):
        own = {name: one for name, one in vars(room).items() if getattr(one, "__module__", "") == room.__name__
               and callable(one) and not name.startswith("_")}
        assert not own.keys() & found.keys()
        found |= own
    return found
