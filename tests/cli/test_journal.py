"""Lines of the log: one JSON object each, numbers and names of ours; of a fault its type and place, not its words."""

import io
import json
import logging
import sqlite3
import threading

import pytest

from collector.cli import journal as lines
from collector.domain import problems
from collector.services import journal

SECRET = "Ana Quispe, DNI 41234567"


@pytest.fixture(autouse=True)
def nothing_under_way():
    """No request of an earlier test in this thread is what a line is about."""
    journal.begin()


@pytest.fixture
def written():
    """What loggers wrote as JSON lines."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(lines.Json())
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def test_a_line_tells_when_what_and_what_it_is_about(written):
    with journal.about(request="abc"), journal.about(event=7):
        logging.getLogger("collector.services.x").warning("%s steps", 3, extra={"fields": {"step": "flatten"}})
    line, = written()
    assert line.pop("time").endswith("Z")
    assert line == {"level": "warning", "source": "collector.services.x", "message": "3 steps", "request": "abc",
                    "event": 7, "step": "flatten"}
    assert journal.what() == {}


def test_a_fault_is_told_by_type_code_and_place_not_by_its_words(written):
    def database():
        raise sqlite3.IntegrityError(f"UNIQUE constraint failed: {SECRET}")

    try:
        try:
            database()
        except sqlite3.Error as fault:
            raise ValueError(SECRET) from fault
    except ValueError:
        logging.getLogger("collector.x").exception("a step failed")
    line, = written()
    assert [one["type"] for one in line["fault"]] == ["ValueError", "IntegrityError"]
    assert line["fault"][1]["at"][-1].endswith(" database") and "test_journal.py:" in line["fault"][1]["at"][-1]
    assert SECRET not in json.dumps(line, ensure_ascii=False)


def test_codes_that_hold_nobodys_data_are_told():
    assert lines.fault(OSError(28, "No space left", f"/data/{SECRET}"))[0]["code"] == "No space left"
    assert lines.fault(problems.not_unique(["name"], [SECRET]))[0]["code"] == "409.3"


def test_of_other_packages_only_numbers_are_filled_in(written):
    logging.getLogger("waitress").error("Exception while serving %s after %d s", "/v1/key/abcdef", 3)
    logging.getLogger("collector").error("Exception on %s [%s]", "/v1/key/abcdef", "GET")  # Flask's own
    assert [line["message"] for line in written()] == ["Exception while serving … after 3 s", "Exception on … […]"]


def test_what_other_packages_have_put_into_words_themselves_is_cut_out(written):
    try:
        raise ValueError(SECRET)
    except ValueError as fault:  # as waitress does
        words = f"closing channel <Channel 10.0.0.7:51 at 0x1> (<class 'X'>:{fault} [a|b|1])"
        logging.getLogger("waitress").error(words)
    line, = written()
    assert line["message"] == "closing channel …"
    assert line["fault"][0]["type"] == "ValueError" and SECRET not in json.dumps(line, ensure_ascii=False)


def test_a_thread_that_ends_with_a_fault_is_told_like_any_other(written, settings, monkeypatch, capsys):
    monkeypatch.setattr("threading.excepthook", threading.excepthook)
    before = logging.getLogger().handlers[:], logging.getLogger().level
    lines.begin(settings.with_(log_format="json"))
    try:
        thread = threading.Thread(target=lambda: int(SECRET))
        thread.start()
        thread.join()
    finally:
        logging.getLogger().handlers, level = before
        logging.getLogger().setLevel(level)
        logging.getLogger("collector").setLevel(logging.NOTSET)
    line = json.loads(capsys.readouterr().err)
    assert line["level"] == "critical" and line["fault"][0]["type"] == "ValueError" and SECRET not in str(line)


def test_text_is_one_line_for_people_and_the_places_of_a_fault_below_it():
    record = logging.LogRecord("collector.x", logging.ERROR, "x.py", 1, "a step failed", (), None)
    record.fields = {"event": 7}
    assert lines.Text().format(record).endswith("ERROR a step failed event=7")
    try:
        raise ValueError(SECRET)
    except ValueError as fault:
        record.exc_info = (ValueError, fault, fault.__traceback__)
    told = lines.Text().format(record).splitlines()
    assert told[1] == "  ValueError" and "test_journal.py" in told[2] and SECRET not in "".join(told)


@pytest.mark.parametrize(("format_", "terminal", "kind"), [
    ("auto", True, lines.Text), ("auto", False, lines.Json), ("json", True, lines.Json), ("text", False, lines.Text)])
def test_text_on_a_terminal_json_elsewhere_unless_one_is_set(monkeypatch, settings, format_, terminal, kind):
    given = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        monkeypatch.setattr("sys.stderr", type("Out", (io.StringIO,), {"isatty": lambda self: terminal})())
        logging.getLogger().handlers = []
        lines.begin(settings.with_(log_format=format_, log_level="DEBUG"))
        assert isinstance(logging.getLogger().handlers[0].formatter, kind)
        assert logging.getLogger("collector.x").isEnabledFor(logging.DEBUG)
        assert not logging.getLogger("sqlalchemy.engine").isEnabledFor(logging.INFO), "it would tell rows"
    finally:
        logging.getLogger().handlers, level = given
        logging.getLogger().setLevel(level)
        logging.getLogger("collector").setLevel(logging.NOTSET)
