"""Room of the OData feed: the tables of a form, and their rows as they are asked for, page by page.

It must not change data or know HTTP. What was acknowledged before the reading began is in it; what somebody is limited
to is all that they see. `web/api/odata` writes it out.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from collector.domain import odata_problems, problems
from collector.domain.columns import ROOT_NAME
from collector.domain.odata.asking import Asked
from collector.domain.odata.keys import row_id, token_of
from collector.domain.odata.tables import Table, tables_of
from collector.services import flattening, models, records, scopes
from collector.services.exporting import PATIENCE
from collector.services.odata_rows import DraftRows, KeptRows
from collector.services.odata_telling import Teller
from collector.services.unit import UnitOfWork
from collector.store.queries import exports, odata
from collector.store.queries.odata import Wanted

PAGE = 250
WIDEST = 4000  # submissions looked through at once for rows of a repeat
REMEMBERED = 20_000  # rows that pages ended with


@dataclass(frozen=True, slots=True)
class Feed:
    """A form as OData has it. tables: by path, the root first. wanted: records, as far as the actor may see them."""

    xml_form_id: str
    tables: dict[str, Table]
    source: KeptRows | DraftRows
    wanted: Wanted

    def table(self, name: str) -> Table:
        """The table of this name: 'Submissions.grupo.hijos'. Raises 404.1."""
        for one in self.tables.values():
            if one.name == name:
                return one
        raise problems.not_found("La tabla", "The table")


@dataclass(slots=True)
class Page:
    """rows: lists of rows as JSON objects, to be read to the end; then `next` is set: (word, value) that asks for what
    follows, None at the end. count: of all rows, where it was asked for."""

    rows: Iterator[list[dict]] = iter(())
    count: int | None = None
    next: tuple[str, str] | None = None


def open_feed(unit: UnitOfWork, project_id: int, xml_form_id: str, draft: bool = False, rows: bool = True) -> Feed:
    """The feed of a published form, or of its draft's test data. rows: False when its tables alone are asked for.

    Raises 404.1, 403.1, 503.1 (rows are still being made).
    """
    form = records.find_form(unit, "submission.read" if rows else "form.read", project_id, xml_form_id, draft)
    form_id, version_id = form.id, form.draft_version_id if draft else form.current_version_id
    if version_id is None:
        raise problems.form_not_found(xml_form_id)
    last = exports.last_submission(unit.session, form_id, draft)
    if rows and not draft:
        if not flattening.flatten_waiting(unit.units, (form_id,), PATIENCE):
            raise problems.busy()
        unit.rest()
    scope = scopes.scope_of(unit, project_id, form) if rows else None
    model = models.form_model(unit, version_id)
    source = DraftRows(model) if draft else KeptRows(unit, form_id)
    return Feed(xml_form_id, tables_of(model, source.columns), source, Wanted(form_id, draft, last, scope))


def read_table(unit: UnitOfWork, feed: Feed, table: Table, asked: Asked) -> Page:
    """The rows of a table that are asked for, newest record first. Raises 400.34 once rows are read."""
    feed = replace(feed, wanted=feed.wanted._replace(filter=asked.filter))
    page = Page()
    if asked.count:
        page.count = (feed.source.count(unit, table.path, feed.wanted) if table.path
                      else odata.count(unit.session, feed.wanted))
    page.rows = _repeat(unit, feed, table, asked, page) if table.path else _roots(unit, feed, table, asked, page)
    return page


def read_record(unit: UnitOfWork, feed: Feed, address: list[tuple[str, str]], asked_of) -> tuple[Table, Page]:
    """(table, rows) below one record. address: (name, id in parentheses or '') of each step, the first the root.

    asked_of: what is asked, given the table. Raises 404.1, 400.34.
    """
    (name, instance_id), *steps = address
    table, keeps = _walked(feed, steps)
    if name != ROOT_NAME:
        raise problems.not_found("La tabla", "The table")
    asked = asked_of(table)
    number = odata.find_number(unit.session, feed.wanted.form_id, feed.wanted.draft, instance_id)
    found = [] if number is None else odata.list_numbers(unit.session, feed.wanted, number + 1, 1)
    if not found or found[0][0] != number:
        raise problems.not_found("El registro", "The submission")
    teller = Teller(unit, feed, table, asked)
    rows = teller.roots(found) if not table.path else teller.rows(found)
    rows = [(key, row) for _number, key, row in rows if keeps(instance_id, key)]
    page = Page(count=len(rows) if asked.count else None)
    ids = [row_id(instance_id, key) for key, _row in rows]
    start = asked.skip
    if asked.after:
        if asked.after not in ids:
            raise odata_problems.token_gone()
        start = ids.index(asked.after) + 1
    end = len(rows) if asked.top is None else start + asked.top
    if asked.top and end < len(rows):
        page.next = ("$skiptoken", token_of(row=ids[end - 1]))
    page.rows = iter([[row for _key, row in rows[start:end]]])
    return table, page


def _walked(feed: Feed, steps: list[tuple[str, str]]):
    """(the table that the steps lead to, whether a row is below all ids on the way). Raises 404.1."""
    names = tuple(name for name, _id in steps)
    table = next((one for one in feed.tables.values() if one.steps == names), None)
    if table is None:
        raise problems.not_found("La tabla", "The table")
    chosen = [(at + 1, row) for at, (_name, row) in enumerate(steps) if row]

    def keeps(instance_id: str, key: str) -> bool:
        way = key.split("/")
        return all(row_id(instance_id, "/".join(way[:count])) == row for count, row in chosen)

    return table, keeps


def _roots(unit: UnitOfWork, feed: Feed, table: Table, asked: Asked, page: Page) -> Iterator[list[dict]]:
    """The rows of the root table, and then what asks for the next ones."""
    below, told, last = None, 0, ""
    if asked.after:
        below = odata.find_number(unit.session, feed.wanted.form_id, feed.wanted.draft, asked.after)
        if below is None:
            return
    found = _pages(unit, feed, asked, below)
    teller = Teller(unit, feed, table, asked)
    for numbers in found:
        left = len(numbers) if asked.top is None else asked.top - told
        if numbers[:left]:
            told, last = told + len(numbers[:left]), numbers[:left][-1][1]
            yield [row for _number, _key, row in teller.roots(numbers[:left])]
            unit.rest()
        if left < len(numbers):
            break
    else:
        return
    if told:
        page.next = ("$skip", str(asked.skip + told)) if asked.order else ("$skiptoken", token_of(last))


def _pages(unit: UnitOfWork, feed: Feed, asked: Asked, below: int | None) -> Iterator[list[tuple[int, str]]]:
    """Pages of (number, instanceID) as far as they are asked for, and one more where there is one."""
    wanted, left, skip = feed.wanted, asked.top, asked.skip
    if asked.order:
        every = iter(odata.list_ordered(unit.session, wanted, asked.order, None if left is None else left + 1, skip))
        while page := list(islice(every, PAGE)):
            yield page
        return
    while True:
        size = PAGE if left is None or left > PAGE else left + 1
        page = odata.list_numbers(unit.session, wanted, below, size, skip)
        if page:
            yield page
        if len(page) < size:
            return
        below, skip, left = page[-1][0], 0, None if left is None else left - len(page)


def _repeat(unit: UnitOfWork, feed: Feed, table: Table, asked: Asked, page: Page) -> Iterator[list[dict]]:
    """The rows of a repeat, and then what asks for the next ones."""
    below, seen, told, found = None, set(), 0, []
    if asked.after:
        below, seen = _seen(unit, feed, table, asked.after)
    places = islice((one for one in _places(unit, feed, table, asked, below)
                     if (one[0], one[2]) not in seen), asked.skip, None)
    teller = Teller(unit, feed, table, asked)
    while asked.top is None or told < asked.top:
        found = list(islice(places, PAGE if asked.top is None else min(PAGE, asked.top - told)))
        if not found:
            return
        told += len(found)
        kept, names = {(number, key) for number, _name, key in found}, dict.fromkeys(one[:2] for one in found)
        yield [row for number, key, row in teller.rows(list(names)) if (number, key) in kept]
        unit.rest()
    if found and next(places, None) is not None:
        number, name, key = found[-1]
        row = row_id(name, key)
        _remember(unit, feed, row, number)
        page.next = ("$skip", str(asked.skip + told)) if asked.order else ("$skiptoken", token_of(row=row))


def _places(unit: UnitOfWork, feed: Feed, table: Table, asked: Asked,
            below: int | None) -> Iterator[tuple[int, str, str]]:
    """(number, instanceID, key) of the rows of a repeat; the fewer there are, the more records are looked through."""
    every = (iter(odata.list_ordered(unit.session, feed.wanted, asked.order, None, 0)) if asked.order else None)
    size = PAGE
    while True:
        page = (list(islice(every, size)) if every is not None
                else odata.list_numbers(unit.session, feed.wanted, below, size))
        keys = feed.source.keys(unit, table.path, [number for number, _name in page]) if page else {}
        for number, name in page:
            for key in keys.get(number, ()):
                yield number, name, key
        if len(page) < size:
            return
        below, size = page[-1][0], PAGE if keys else min(size * 2, WIDEST)


def _seen(unit: UnitOfWork, feed: Feed, table: Table, row: str) -> tuple[int, set[tuple[int, str]]]:
    """(number below which to go on, (number, key) of what was told of that record). Raises 400.34.

    Where a page ended is remembered; after a start of the server it is looked for once more, from the newest on.
    """
    number = _remembered(unit).get((feed.wanted.form_id, feed.wanted.draft, row))
    if number is None:
        every = replace(feed, wanted=feed.wanted._replace(filter=None))
        number = next((number for number, name, key in _places(unit, every, table, Asked(), None)
                       if row_id(name, key) == row), None)
    known = {} if number is None else _ids(unit, feed, table, number)
    if row in known:
        keys = list(known.values())
        return number + 1, {(number, key) for key in keys[:keys.index(known[row]) + 1]}
    raise odata_problems.token_gone()


def _ids(unit: UnitOfWork, feed: Feed, table: Table, number: int) -> dict[str, str]:
    """{id: key} of the rows of one record."""
    names = [one.instance_id for one in odata.list_heads(unit.session, [number])]
    keys = feed.source.keys(unit, table.path, [number]).get(number, ())
    return {row_id(names[0], key): key for key in keys} if names else {}


def _remembered(unit: UnitOfWork) -> OrderedDict:
    """{(form, whether of the draft, id of a row): number of its record}."""
    return unit.units.memory.setdefault("rows that pages ended with", OrderedDict())


def _remember(unit: UnitOfWork, feed: Feed, row: str, number: int) -> None:
    known = _remembered(unit)
    known[feed.wanted.form_id, feed.wanted.draft, row] = number
    while len(known) > REMEMBERED:
        known.popitem(last=False)
