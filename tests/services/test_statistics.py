"""What is counted of the answers: every kind of question, repeats, crossings, recipes, patience; no small group."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from collector.domain import access
from collector.domain.problems import Problem
from collector.domain.tabular.shape import REVIEW_STATE, SUBMITTED
from collector.services import exposure, extracting, recipes, review, statistics
from collector.services.extracting import Filter
from collector.services.statistics import Question
from tests import builders
from tests.services.people_asked import PEOPLE, send_people

PERSONAL = {"id": "c", "type": "classify", "settings": {"columns": ["/nombre", "/datos/sexo"], "class": "sensitive"}}
MASK = {"id": "m", "type": "protect", "settings": {"columns": ["/nombre"], "how": "mask"}}
OLDER = {"id": "f", "type": "filter_rows", "settings": {"where": "${edad} >= 30"}}


@pytest.fixture
def people(units, phone):
    send_people(units, phone)
    return units


def counted(units, recipe_id=None, cross="", actor=access.SYSTEM, patience=60.0, again=False, **filter):
    with units.reading(actor) as unit:
        return statistics.count_answers(unit, 1, Question("gente", Filter(**filter), recipe_id, cross), patience, again)


def portraits(count):
    """{id of variable: portrait} of all parts."""
    return {one.id: count.portrait(part.table, one) for part in count.parts() for one in part.variables}


def bars(portrait):
    return {one.name: one.count for one in portrait.chart.bars}


def a_recipe(units, *steps, name="Base"):
    return units.write(access.SYSTEM, lambda unit: recipes.create_recipe(unit, 1, "gente", name, list(steps))).row.id


def test_every_kind_of_question_has_its_chart(people):
    count = counted(people)
    assert count.finished and count.rows == count.total == count.done == 12
    found = portraits(count)
    assert bars(found["/datos/sexo"]) == Counter(one[0] for one in PEOPLE) == {"mujer": 7, "hombre": 5}
    age = found["/datos/edad"].chart
    assert age.kind == "numbers" and sum(one.count for one in age.bins) == 12
    assert all(one.count >= 5 for one in age.bins)
    assert age.mean == sum(one[1] for one in PEOPLE) / 12
    assert bars(found["/datos/medios"]) == {"radio": None, "tv": 6}  # all but three chose radio
    assert bars(found["/datos/gestante"]) == {"si": 0, "no": 7}
    assert found["/datos/visita"].chart.kind == "months" and found["/datos/visita"].chart.answered == 12
    for id, kind in (("/nombre", "counted"), ("/datos/punto", "empty"), ("/datos/nota", "empty")):
        assert found[id].chart.kind == kind and not found[id].chart.bars
    assert not {"/inicio", "/aviso", "/meta/instanceID"} & set(found) and found[SUBMITTED].chart.answered == 12
    assert bars(found[REVIEW_STATE])["received"] == 12


def test_repeats_are_counted_by_their_rows(people):
    found = portraits(counted(people))
    school = found["/hijos/estudia"].chart
    assert (school.rows, school.answered) == (10, 10) and bars(found["/hijos/estudia"]) == {"si": None, "no": None}
    assert found["/hijos/hijo"].chart.kind == "counted" and found["/hijos/hijo"].chart.answered == 10


def test_who_was_not_asked_is_not_told_where_they_are_few(units, phone):
    send_people(units, phone, PEOPLE[:11])  # four men
    found = portraits(counted(units))
    assert bars(found["/datos/sexo"]) == {"mujer": None, "hombre": None}
    pregnant = found["/datos/gestante"].chart
    assert pregnant.answered is None and pregnant.missing is None
    assert set(bars(found["/datos/gestante"]).values()) == {None}


def test_a_form_with_few_records_shows_nothing(units, phone):
    send_people(units, phone, PEOPLE[:3])
    for portrait in portraits(counted(units)).values():
        assert portrait.chart.kind == "withheld" and portrait.chart.answered is None
        assert not any(portrait.chart.bins) and set(bars(portrait).values()) <= {None}


def test_answers_cross_with_one_of_few(units, phone):
    send_people(units, phone, PEOPLE * 2)
    count = counted(units, cross="/datos/sexo")
    found = portraits(count)
    assert "/datos/sexo" in {one.id for one in count.crossable()} and "/datos/medios" not in {
        one.id for one in count.crossable()}
    ages = {one.name: (one.count, one.mean) for one in found["/datos/edad"].crossing.means}
    assert ages == {"mujer": (14, 181 / 7), "hombre": (10, 35)}
    assert found["/datos/medios"].crossing.table is None  # of radio and TV there is a small group each
    assert found["/datos/sexo"].crossing is None and found["/nombre"].crossing is None
    school = found["/hijos/estudia"].crossing.table
    assert school is None or all(cell == 0 or cell >= 5 for line in school.cells for cell in line)
    assert counted(units, cross="/datos/medios").cross is None and counted(units, cross="/nothing").cross is None


def test_a_recipe_is_counted_as_it_leaves_the_rows(people):
    number = a_recipe(people, OLDER)
    count = counted(people, number)
    assert count.rows == sum(one[1] >= 30 for one in PEOPLE) == 7 and count.total == 12
    assert portraits(count)["/datos/edad"].chart.answered == 7


def test_what_any_recipe_calls_personal_is_only_counted(people):
    assert bars(portraits(counted(people))["/datos/sexo"]) == {"mujer": 7, "hombre": 5}
    number = a_recipe(people, PERSONAL)
    for count in (counted(people, number), counted(people)):
        chart = portraits(count)["/datos/sexo"].chart
        assert chart.kind == "counted" and chart.answered == 12 and not chart.bars
        assert "/datos/sexo" not in {one.id for one in count.crossable()}


def test_states_and_days_narrow(people):
    people.write(access.SYSTEM, lambda unit: review.decide(unit, 1, "gente", "uuid:1", "rejected"))
    assert counted(people, states=("rejected",)).rows == 1
    assert counted(people, states=("received", "approved")).rows == 11
    with people.reading(access.SYSTEM) as unit:
        today = unit.now().date()
    assert counted(people, since=today - timedelta(days=2)).rows == 12
    assert counted(people, until=today - timedelta(days=5)).rows == 0


def test_counting_goes_on_where_patience_ended(people, monkeypatch):
    monkeypatch.setattr(statistics, "PAGE", 5)
    seen, count = [], counted(people, patience=0.0)  # one batch a time
    while not count.finished and len(seen) < 10:
        seen.append(count.done)
        count = counted(people, patience=0.0)
    assert seen == [5, 10, 12]
    done = counted(people)
    assert done.finished and done.rows == 12 and done is count


def test_what_was_counted_is_remembered_until_records_change(people, phone):
    first = counted(people)
    assert counted(people) is first and not first.changed
    phone.send(builders.a_submission("gente", "1", "<nombre>Otra</nombre>", instance_id="uuid:99"))
    builders.run_steps(people)
    again = counted(people)
    assert again is not first and again.rows == 13
    again.seconds = 100.0  # it took long: what is there is shown a while, and told to be older
    people.write(access.SYSTEM, lambda unit: review.decide(unit, 1, "gente", "uuid:1", "approved"))
    assert counted(people) is again and again.changed
    assert counted(people, again=True) is not again


def test_a_count_that_broke_begins_anew(people, monkeypatch):
    monkeypatch.setattr(statistics, "PAGE", 5)
    feed, fed = statistics.TableSummary.feed, []

    def failing(self, rows):
        fed.append(rows)
        if len(fed) == 4:
            raise OSError
        feed(self, rows)

    monkeypatch.setattr(statistics.TableSummary, "feed", failing)
    with pytest.raises(OSError):
        counted(people)
    (broken,) = people.memory["statistics"].values()
    assert broken.broken and not broken.finished
    broken.go_on(60.0)
    assert not broken.finished
    count = counted(people)
    assert count is not broken and count.finished and count.rows == 12


def test_requests_share_one_count(people, monkeypatch):
    monkeypatch.setattr(statistics, "PAGE", 1)
    with ThreadPoolExecutor(4) as pool:
        for _round in range(20):
            counts = list(pool.map(lambda _: counted(people, patience=0.0), range(4)))
            if counts[0].finished:
                break
    assert len(set(map(id, counts))) == 1 and counts[0].rows == 12 and counts[0].finished
    assert counts[0].summaries["/hijos"].rows == 10


def test_memory_is_bounded(people):
    for age in range(statistics.REMEMBERED + 4):
        counted(people, since=date(2020, 1, 1 + age))
    assert len(people.memory["statistics"]) == statistics.REMEMBERED


def test_who_may_not_read_is_told_nothing(people, carol):
    stranger = access.Actor(carol.id, "user", "Carol")
    with pytest.raises(Problem) as told:
        counted(people, actor=stranger)
    assert told.value.code == 403.1
    with pytest.raises(Problem) as told, people.reading(stranger) as unit:
        exposure.classes_of(unit, 1, "gente")
    assert told.value.code == 403.1


def test_what_leaves_about_people_is_known_beforehand(people):
    def exposed(number=None):
        with people.reading(access.SYSTEM) as unit:
            extract = extracting.open_extract(unit, 1, "gente")
            found = exposure.exposure_of(unit, extract, number)
            return found.classified, *(tuple(one.id for one in part) for part in (
                found.personal, found.sensitive, found.guarded)), exposure.records_out(unit, extract, number)

    assert exposed() == (False, (), (), (), 12)
    number = a_recipe(people, PERSONAL, MASK, OLDER)
    assert exposed() == (True, (), ("/nombre", "/datos/sexo"), (), 12)
    assert exposed(number) == (True, (), ("/datos/sexo",), ("/nombre",), 7)
    assert exposed(number)[-1] == 7
    with people.reading(access.SYSTEM) as unit:
        extract = extracting.open_extract(unit, 1, "gente", Filter(("received",)))
        assert exposure.records_out(unit, extract, number, patience=-1.0) is None
