"""Room that counts what a programme counts: records of a filter, different values among them, entities.

It must not know lines nor keep targets (`services/programme`). Each count goes with the filter of the list that shows
just what was counted; of records no more than inbox.MOST are counted, as there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from collector.domain.folded import fold
from collector.domain.programme import Target
from collector.services import extracting, filters, inbox, models, records
from collector.services.filters import Filters
from collector.services.unit import UnitOfWork
from collector.store.queries import answers, datasets, entities, forms, programmes
from collector.store.queries import inbox as queries
from collector.store.queries.narrowing import Narrowing

MOST_VALUES = inbox.MOST + 1


@dataclass(frozen=True, slots=True)
class Part:
    """Records behind a count. value: of the answer that tells them from the other parts, '' for the only one; name: its
    words in the form."""

    value: str
    name: str
    records: int
    filters: Filters


@dataclass(frozen=True, slots=True)
class Count:
    """A target with what there is of it. parts: the records behind it, none where entities are counted."""

    target: Target
    reached: int
    parts: tuple[Part, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether the number to reach is reached."""
        return self.target.number is not None and self.reached >= self.target.number

    @property
    def share(self) -> float:
        """How much of the number to reach is reached, from 0 to 1."""
        return min(1.0, self.reached / self.target.number) if self.target.number else 0.0


@dataclass(frozen=True, slots=True)
class Value:
    """One of the different values of a target. name: its words; parts: its records."""

    value: str
    name: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question for records. column: whose values are counted, 0 for a field that lists do not filter by."""

    narrowing: Narrowing
    filters: Filters
    value: str
    name: str
    column: int

    def part(self, records: int, given: Filters | None = None) -> Part:
        """These records. given: another filter for them."""
        return Part(self.value, self.name, records, given or self.filters)


def count(unit: UnitOfWork, project_id: int, targets: Sequence[Target], language: str) -> list[Count]:
    """Those of these targets that the actor may see, counted over what they may see. Raises 404.1, 403.1."""
    asked = _asked(unit, project_id, [target for target in targets if target.form], language)
    every = [one for some in asked.values() for one in some]
    totals = dict(zip(map(id, every), queries.count_each(
        unit.session, [one.narrowing for one in every], inbox.MOST + 1), strict=True))
    apart = [one for target, some in asked.items() if target.distinct for one in some]
    values = dict(zip(map(id, apart), programmes.list_values(
        unit.session, [(one.narrowing, one.column) for one in apart], MOST_VALUES), strict=True))
    found = []
    for target in targets:
        if target in asked:
            parts = tuple(one.part(totals[id(one)]) for one in asked[target])
            held = [values[id(one)].keys() for one in asked[target]] if target.distinct else []
            found.append(Count(target, len(set.intersection(*map(set, held))) if held else parts[0].records, parts))
        elif target.dataset and (number := _count_entities(unit, project_id, target)) is not None:
            found.append(Count(target, number))
    return found


def list_values(unit: UnitOfWork, project_id: int, target: Target, language: str) -> tuple[Value, ...]:
    """The different values that a target counts, each with its records, by name. Raises 404.1, 403.1."""
    asked = _asked(unit, project_id, [target], language).get(target, [])
    held = programmes.list_values(unit.session, [(one.narrowing, one.column) for one in asked], MOST_VALUES)
    shared = set.intersection(*map(set, held)) if held else set()
    names = _names(unit, project_id, target, shared, language)
    found = (Value(value, names.get(value, value), tuple(
        one.part(some[value], replace(one.filters, answers=tuple(sorted((
            *one.filters.answers, (target.distinct, value))))))
        for one, some in zip(asked, held, strict=True))) for value in shared)
    return tuple(sorted(found, key=lambda one: (fold(one.name), one.value)))


def _asked(unit: UnitOfWork, project_id: int, targets: list[Target], language: str) -> dict[Target, list[_Asked]]:
    """The questions of each target whose form is published and open to the actor."""
    whole = filters.narrowing(unit, project_id, Filters())
    named = {target.form for target in targets}
    held = [form for form, _version in forms.list_forms(unit.session, project_id)
            if form.id in (whole.form_ids or ()) and form.current_version_id and form.xml_form_id in named]
    numbers = {form.xml_form_id: form.id for form in held}
    words = _moments(unit, {form.xml_form_id: form.current_version_id for form in held}, targets, language)
    whole = replace(whole, form_ids=tuple(numbers.values()))
    if numbers:
        records.await_words(unit, replace(whole, answers=((0, ""),)))
    columns = {form_id: {one.path: one.id for one in some} for form_id, some in answers.list_filterable(
        unit.session, whole.form_ids).items()}
    return {target: [_question(target, some, whole, numbers[target.form], columns.get(numbers[target.form], {}), words)
                     for some in target.alternatives()] for target in targets if target.form in numbers}


def _question(target: Target, told: tuple, whole: Narrowing, form_id: int, columns: dict[str, int],
              words: dict[tuple, str]) -> _Asked:
    """What `filters.narrowing` makes of the same filter, its form looked up only once."""
    given = Filters(xml_form_id=target.form, state=target.state, queue="all", answers=tuple(sorted(told)))
    narrowed = tuple((columns.get(path, 0), fold(answer)[:200]) for path, answer in given.answers)
    value = told[-1][1] if target.both[0] else ""
    return _Asked(replace(whole, form_ids=(form_id,), state=target.state, answers=narrowed,
                          often=frozenset(column for column, _answer in narrowed)),
                  given, value, words.get((target.form, target.both[0], value), value),
                  columns.get(target.distinct, 0))


def _moments(unit: UnitOfWork, versions: dict[str, int], targets: list[Target], language: str) -> dict[tuple, str]:
    """{(form, path, value): its words} of the answers that must all be there."""
    asked = {(target.form, target.both[0]) for target in targets if target.both[0] and target.form in versions}
    wanted = sorted({form for form, _path in asked})
    known = dict(zip(wanted, models.form_models(unit, [versions[form] for form in wanted]), strict=True))
    return {(form, path, choice.name): known[form].text(choice.labels, language) or choice.name
            for form, path in asked if path in known[form].by_path
            for choice in known[form].choices_for(known[form].by_path[path])}


def _count_entities(unit: UnitOfWork, project_id: int, target: Target) -> int | None:
    """How many entities, None where there is no such list for the actor."""
    dataset = datasets.find_dataset(unit.session, project_id, target.dataset)
    if dataset is None or not unit.may("entity.list", dataset):
        return None
    values = ((target.property, target.value),) if target.property else ()
    return entities.count_entities(unit.session, dataset.id, entities.Narrowing(values=values))


def _names(unit: UnitOfWork, project_id: int, target: Target, values: set[str], language: str) -> dict[str, str]:
    """{folded value: its words}: of a choice of the form or of a file beside it, or the label of an entity."""
    form = forms.find_form(unit.session, project_id, target.form)
    if form is None or form.current_version_id is None:
        return {}
    model = models.form_model(unit, form.current_version_id)
    field = model.by_path.get(target.distinct)
    choices = () if field is None else (*model.choices_for(field), *(
        extracting.listed_choices(unit, form.current_version_id, model).get(field.path, ()) if field.itemset else ()))
    named = {fold(one.name): model.text(one.labels, language) or one.name for one in choices}
    lists = {one.id for one in datasets.list_datasets(unit.session, project_id) if unit.may("entity.list", one)}
    rest = sorted(values - named.keys())
    return named | {uuid: label for uuid, dataset_id, label in entities.list_numbers(unit.session, rest)
                    if dataset_id in lists} if lists and rest else named

