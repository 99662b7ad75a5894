"""The main path on PostgreSQL: a phone with the genuine form engine, what is stored and exported is what was filled."""

import psycopg
import pytest

from tests.conftest import sqlalchemy_address
from tests.contract import comparison
from tests.contract import season as seasons
from tests.live import LiveServer
from tests.phone.report import Level

pytestmark = [pytest.mark.contract, pytest.mark.xdist_group("phone")]
SUBMISSIONS = 45


@pytest.fixture(scope="module")
def season(filler, postgres, tmp_path_factory):
    """A shorter season than the one on SQLite."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE season")
    folder = tmp_path_factory.mktemp("season_on_postgresql")
    server = LiveServer(folder / "data", COLLECTOR_DATABASE_URL=sqlalchemy_address(postgres, "season"))
    server.start()
    api = server.administrator()
    phone = seasons.phone_of(api, folder / "phone")
    yield seasons.run(seasons.Season(server, api, phone, filler, folder), SUBMISSIONS)
    phone.close()
    api.close()
    server.kill()


def test_everything_is_acknowledged_and_nothing_departs(season):
    assert len(season.sendings) == SUBMISSIONS
    assert {answer.status for one in season.sendings for answer in one.answers} == {201}
    assert season.phone.report.of(Level.FATAL) == [] and season.phone.report.of(Level.WARNING) == []


@pytest.mark.parametrize("form_id", seasons.FORMS)
def test_what_is_stored_and_exported_is_what_was_filled(season, form_id):
    current = season.current(form_id)
    comparison.same_documents(season.api, form_id, current)
    assert comparison.same_values(season.server, season.api, season.phone.forms[form_id], current) > 10 * len(current)
