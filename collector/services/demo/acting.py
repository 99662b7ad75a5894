"""Room of what the supervisor of the demonstration does with records: decides, sends back, corrects.

It must not choose what is done (the plots do); every act goes the way that the pages go, under its own time.
"""

from datetime import timedelta

from collector.domain import access
from collector.domain.correction import Given
from collector.services import correcting, deciding, records, returns
from collector.services.demo.script import Act
from collector.services.unit import UnitOfWork, Units

MOVES = {"approved": ("approve", "consistent"), "hasIssues": ("hasIssues", "doubtful"),
         "rejected": ("reject", "unfounded")}


def perform(units: Units, project_id: int, who: access.Actor, act: Act, instance_id: str) -> None:
    """Nothing; it is done. units: whose clock shows the time of the act. Raises what the pages would say."""
    if act.move == "corrected":
        _correct(units, project_id, who, act, instance_id)
    else:
        units.write(who, lambda unit: _returned(unit, project_id, act, instance_id))


def decide(units: Units, project_id: int, who: access.Actor, acts: list[tuple[Act, str]]) -> None:
    """Nothing; these decisions, one after the other, are made. acts: with the record of each; units: as for `perform`.
    """
    def work(unit: UnitOfWork) -> None:
        for act, instance_id in acts:
            _decided(unit, project_id, act, instance_id)

    units.write(who, work)


def _decided(unit: UnitOfWork, project_id: int, act: Act, instance_id: str) -> None:
    record = records.find_record(unit, project_id, act.form_id, instance_id)
    move, reason = MOVES[act.move]
    seen = deciding.seen_of(record.submission)
    deciding.decide(unit, project_id, act.form_id, instance_id, move, seen, reason, act.text)


def _returned(unit: UnitOfWork, project_id: int, act: Act, instance_id: str) -> None:
    due = (act.at + timedelta(days=act.days)).date().isoformat()
    returns.open_return(unit, project_id, act.form_id, instance_id, list(act.fields), due, act.text)


def _correct(units: Units, project_id: int, who: access.Actor, act: Act, instance_id: str) -> None:
    with units.reading(who) as unit:
        case = correcting.open_case(unit, project_id, act.form_id, instance_id)
        given = Given(values={place: (text,) for place, text in act.fields})
        reasons = dict.fromkeys(given.values, ("filler", act.text))
        ready = correcting.make_ready(unit, project_id, case, given, reasons, {}, case.seen)
    units.write(who, lambda unit: correcting.keep(unit, ready))
