"""Room of what phones told when they closed a day: how many they sent, what they still held, and what arrived.

It must not judge that (`domain/rule_judging` makes the finding) nor know the form: a rule in force says which fields
tell it. The page of phones shows the last one of each.
"""

from dataclasses import dataclass
from datetime import date, datetime

from collector.domain.rule_judging import Closing, closing_of
from collector.services import arrivals, models, scopes
from collector.services.rule_reading import columns_of, read_sent, rule_of
from collector.services.unit import UnitOfWork
from collector.store.queries import arrivals as queries
from collector.store.queries import forms, projects
from collector.store.queries import rules as rule_queries


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody read off a phone when its day was closed. arrived: None where it is not known which phone it is;
    waiting: (what the form calls it, how many) of what was still to be sent; form_id, instance_id: of the record.
    """

    on: date
    sent: int
    arrived: int | None
    waiting: tuple[tuple[str, int], ...]
    form_id: str
    instance_id: str
    at: datetime

    @property
    def missing(self) -> int:
        """How many of those that it sent did not come."""
        return 0 if self.arrived is None else max(0, self.sent - self.arrived)


def list_last(unit: UnitOfWork, project_id: int) -> dict[int, Told]:
    """{phone: what it told last} of the records that the actor may read; nothing where no rule says how it is told."""
    project = projects.find_project(unit.session, project_id)
    if not unit.may(scopes.READ, project):
        return {}
    found: dict[int, Told] = {}
    for row in queries.list_rules(unit.session, project_id, arrivals.TYPE):
        for phone, told in _last_of(unit, project_id, row):
            if phone not in found or found[phone].at < told.at:
                found[phone] = told
    return found


def _last_of(unit: UnitOfWork, project_id: int, row) -> list[tuple[int, Told]]:
    """[(phone, what it told last)] by one rule."""
    form = forms.find_form_by_number(unit.session, row.form_id)
    phones = {number: phone for phone, number in queries.list_last_of_senders(unit.session, form.id)}
    readable = scopes.those_within(unit, unit.actor.grants, scopes.READ, form, list(phones))
    records = rule_queries.list_by_numbers(unit.session, readable)
    rule, columns = rule_of(row).definition, columns_of(unit, form.id, form.current_version_id)
    sent, ask = read_sent(unit, records, columns, [rule]), arrivals.asked_of(unit, project_id)
    model = models.form_model(unit, form.current_version_id)
    names = [model.label(model.by_path[path]) if path in model.by_path else path.rpartition("/")[2]
             for path in rule.waiting]

    def told(one, closing: Closing) -> Told:
        arrived = ask(one.id, one.device_id or "", closing.on)
        return Told(closing.on, closing.sent, arrived, tuple(zip(names, closing.waiting, strict=True)),
                    form.xml_form_id, one.instance_id, one.created_at)

    return [(phones[one.id], told(one, closing)) for one in records
            if (closing := closing_of(rule, sent[one.id], columns.by_path)) is not None]
