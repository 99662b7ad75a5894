"""The real worker beside a submission that cannot be flattened: others go on, the page shows it, it is mended."""

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import text

from collector.settings import environment_of
from tests import builders

POISON, NAME = "uuid:00000000-0000-4000-8000-00000000dead", "Rosaura Inventada"
GOOD = [f"uuid:00000000-0000-4000-8000-00000000000{number}" for number in range(5)]


@pytest.fixture
def work(app, settings):
    """Runs `collector worker --once` on the test's database; answers its log lines."""
    def run() -> list[dict]:
        told = {name: value for name, value in os.environ.items() if not name.startswith("COLLECTOR_")}
        given = {name: value for name, value in environment_of(settings).items() if name.startswith("COLLECTOR_")}
        done = subprocess.run([sys.executable, "-m", "collector", "worker", "--once"], env=told | given, timeout=60,
                              capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert NAME not in done.stderr and POISON not in done.stderr
        return [json.loads(line) for line in done.stderr.splitlines()]

    return run


def waits_no_longer(units, tries: int) -> None:
    """As if the pause were over."""
    with units.engine.begin() as connection:
        connection.execute(text("UPDATE tasks SET tries = :tries, run_after = :at WHERE state = 'waiting'"),
                           {"tries": tries, "at": str(units.clock() - timedelta(hours=6))})


def change_xml(units, xml: str) -> None:
    with units.engine.begin() as connection:
        connection.execute(text("UPDATE submission_versions SET xml = :xml WHERE instance_id = :id"),
                           {"xml": xml.encode(), "id": POISON})


def test_a_poison_submission_stops_nobody_is_shown_and_goes_on_once_mended(app, units, phone, work):
    builders.simple_form(units)
    units.wake = lambda: None
    poisoned = builders.a_submission(instance_id=POISON, body=f"<nombre>{NAME}</nombre>")
    for xml in [poisoned, *(builders.a_submission(instance_id=one) for one in GOOD)]:
        assert phone.send(xml).status_code == 201
    change_xml(units, f"<data><nombre>{NAME}")
    told = work()
    failed = [line for line in told if line["message"] == "a step failed"]
    assert [(line["step"], line["try"], line["action"]) for line in failed] == [("flatten", 1, "submission.create")]
    assert failed[0]["event"] and failed[0]["submission"] and failed[0]["fault"]
    alices = builders.a_browser(app, "alice")
    assert flat(units) == sorted(GOOD) and "Ningún paso falló" in alices.get("/status").text
    waits_no_longer(units, tries=4)
    assert [line["try"] for line in work() if line["message"] == "a step failed"] == [5]
    page = alices.get("/status").text
    assert "5 intentos" in page and "Reintentar todos: 1" in page
    assert phone.send(builders.a_submission(instance_id="uuid:later")).status_code == 201
    change_xml(units, poisoned)
    alices.post("/status/steps/retry")
    assert not [line for line in work() if line["level"] == "error"]
    assert flat(units) == sorted([*GOOD, "uuid:later", POISON])
    assert "Ningún paso falló" in alices.get("/status").text


def flat(units) -> list[str]:
    """The instanceIDs of submissions that have rows."""
    with units.engine.connect() as connection:
        return sorted(connection.execute(text(
            "SELECT DISTINCT s.instance_id FROM submissions s JOIN flat_rows r ON r.submission_id = s.id")).scalars())
