"""The story of the demonstration, played once for all tests that look at what became of it."""

import gc
import shutil
from dataclasses import dataclass

import pytest

from collector.app import create_app
from collector.services.demo import demonstration
from collector.services.unit import Units
from tests import story_reference, story_told
from tests.conftest import test_settings as settings_of


@dataclass
class Played:
    """A server on which the story was played. cut: after how many weeks the power went, and came back."""

    app: object
    units: Units
    made: dict
    cut: int

    @property
    def project(self) -> int:
        """The project of the demonstration."""
        return self.made["projectId"]


@pytest.fixture(scope="session")
def played(template, tmp_path_factory) -> Played:
    """The whole story; the power went in the middle of it."""
    data = tmp_path_factory.mktemp("story") / "data"
    shutil.copytree(template, data)
    gc.disable()
    app = create_app(settings_of(data))
    gc.enable()
    app.config["TESTING"] = True
    app.config["WTF_CSRF_ENABLED"] = False
    units = app.extensions["collector.units"]
    units.blobs.prepare()
    weeks, play = [], demonstration.Player.play

    def until_the_power_goes(player, together, week_of) -> None:
        weeks.append(week_of(together[0].arrives))
        play(player, together[:-3] if len(weeks) == 9 else together, week_of)
        if len(weeks) == 9:
            raise OSError("the power went")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demonstration.Player, "play", until_the_power_goes)
        with pytest.raises(OSError, match="the power went"):
            demonstration.begin(units)
    made = demonstration.begin(units)
    yield Played(app, units, made, len(weeks))
    units.stop_writer()
    units.engine.dispose()


@pytest.fixture(scope="session")
def told(played) -> story_told.Told:
    """What phones sent in the story and what was done with it, without the server's tables."""
    return story_told.read(played.units.settings.data, played.project, played.units.settings.timezone)


@pytest.fixture(scope="session")
def lists(told) -> dict:
    """dataset -> entity -> what must have become of it."""
    return story_reference.replayed(told.first, told.xforms)
