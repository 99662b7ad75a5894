"""Comments about a record: in threads, kept apart from the history, for who may comment."""

import pytest

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import comments, records
from tests import builders

ID = "uuid:00000000-0000-4000-8000-000000000001"
WHERE = (1, "simple", ID)


@pytest.fixture
def said(units, phone):
    """Says something about the one record and gives its number."""
    builders.simple_form(units)
    assert phone.send(builders.a_submission(instance_id=ID)).status_code == 201
    return lambda text, reply_to=None: units.write(
        access.SYSTEM, lambda unit: comments.comment(unit, *WHERE, text, reply_to).id)


def threads(units) -> list[tuple]:
    with units.reading(access.SYSTEM) as unit:
        found = comments.threads(unit, records.find_record(unit, *WHERE))
        return [(one.first[0].body, [row.body for row, _who in one.answers]) for one in found]


def test_answers_stand_below_what_they_answer_and_threads_in_the_order_they_began(said, units):
    first, second = said("¿Es el apu?"), said("Falta la firma")
    answer = said("Sí, lo es", first)
    said("Gracias", answer)
    said("Ya llegó", second)
    assert threads(units) == [("¿Es el apu?", ["Sí, lo es", "Gracias"]), ("Falta la firma", ["Ya llegó"])]


def test_what_is_said_is_an_event_without_the_words(said, units):
    said("Palabras de alguien")
    with units.reading(access.SYSTEM) as unit:
        (event, _name), *_rest = records.show_record(unit, *WHERE).events
    assert event.action == comments.COMMENTED and "Palabras" not in str(event.details)


@pytest.mark.parametrize(("text", "reply_to", "code"), [
    ("", None, 400.2), ("  ", None, 400.2), ("x" * 5001, None, 400.13), ("a\x00b", None, 400.22),
    ("bien", 99, 404.1)])
def test_what_cannot_be_said(said, units, text, reply_to, code):
    with pytest.raises(Problem) as caught:
        said(text, reply_to)
    assert caught.value.code == code and threads(units) == []
