"""A season in the field: a phone is set up by its QR code, fetches the forms, fills and sends.

It must not judge; `test_phone` compares what is stored with what was filled.
"""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.live import Api, LiveServer
from tests.phone import provisioning
from tests.phone.envelope import Filled
from tests.phone.filler import Filler
from tests.phone.phone import Phone, PhoneForm, Sent, Synced, instance_id

FORMS = ("acreditacion_autoridades", "acuerdo_convivencia", "evaluacion_taller")
SUBMISSIONS = 200
EDITS = 4  # of each form
SMALL = 100_000  # bytes in one POST of a phone that has to split
SEED = 7


@dataclass
class Sending:
    """A filled form, the form it was filled on, and what the server said each time. root: instanceID of the first."""

    form_id: str
    version: str
    filled: Filled
    root: str
    answers: list[Sent] = field(default_factory=list)
    edited: bool = False

    @property
    def instance_id(self) -> str:
        return instance_id(self.filled)


@dataclass
class Season:
    """Everything that happened."""

    server: LiveServer
    api: Api
    phone: Phone
    filler: Filler
    folder: Path
    first: Synced = field(default_factory=Synced)
    again: Synced = field(default_factory=Synced)
    sendings: list[Sending] = field(default_factory=list)
    seconds: float = 0.0

    def of(self, form_id: str) -> list[Sending]:
        """What was sent of one form, edits after what they edit."""
        return [one for one in self.sendings if one.form_id == form_id]

    def current(self, form_id: str) -> dict[str, Filled]:
        """What each submission should be now, by the instanceID of its first version."""
        return {one.root: one.filled for one in self.of(form_id)}

    def fill(self, form: PhoneForm, count: int, seed: int) -> list[Filled]:
        """Filled forms with photos and signatures."""
        out = self.folder / "filled" / f"{form.form_id}-{seed}"
        return self.filler.fill(form.xml, form.media, out, count, seed, "--media-size", 40_000, "--skip-optional", 0.1)


def phone_of(api: Api, folder: Path) -> Phone:
    """A phone that scanned the code shown for it and may fill the forms."""
    made = api.phone("Teléfono de prueba", *FORMS)
    picture = api.ask("GET", f"/projects/1/app-users/{made['id']}/qr.png").content
    return Phone.from_code(provisioning.read_picture(picture), folder)


def run(season: Season, submissions: int = SUBMISSIONS) -> Season:
    """The season after everything was sent: so many submissions, some split, some twice, some edited."""
    season.first, season.again = season.phone.sync(), season.phone.sync()  # before records change entity lists
    for number, form_id in enumerate(FORMS):
        form = season.phone.forms[form_id]
        wanted = submissions // 3 - EDITS + (number < submissions % 3)
        filled = season.fill(form, wanted + 8, SEED + 1000 * number)[:wanted]
        season.sendings += [Sending(form_id, form.version, one, instance_id(one)) for one in filled]
    edits = list(_edits(season))
    began = time.monotonic()
    _send(season, season.sendings)
    _send(season, edits)
    season.seconds = time.monotonic() - began
    season.sendings += edits
    return season


def _edits(season: Season) -> Iterator[Sending]:
    """Some of what was filled, opened again and changed; as in Collect, files that stay are sent again."""
    for form_id in FORMS:
        form = season.phone.forms[form_id]
        for number, before in enumerate(season.of(form_id)[:EDITS]):
            out = season.folder / "edited" / f"{form_id}-{number}"
            after = season.filler.edit(form.xml, form.media, before.filled, out, SEED + number)
            text = after.xml.decode()
            for path in before.filled.paths():
                if path.name in text and not (out / path.name).exists():
                    shutil.copy(path, out)
            yield Sending(form_id, form.version, after, before.root, edited=True)


def _send(season: Season, sendings: list[Sending]) -> None:
    for number, one in enumerate(sendings):
        form = season.phone.forms[one.form_id]
        limit, older = SMALL if number % 4 == 0 else None, number % 5 == 0
        for _again in range(2 if number % 7 == 0 else 1):
            one.answers.append(season.phone.send(one.filled, form, limit, part_length=older))
