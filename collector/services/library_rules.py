"""Room that declares the rules beyond the form that come with the library, in force from the start.

It must not judge, nor hold anything up: a rule that does not fit the forms that are there is told and left out.
`first_start` calls it once the library is published; afterwards they are rules like any other (`services/rules`).
"""

import logging
import tomllib
from pathlib import Path

from collector.domain import access, problems
from collector.domain import rules as domain
from collector.domain.problems import Problem
from collector.services import rule_trials, rules
from collector.services.unit import UnitOfWork, Units
from collector.store.queries import forms
from collector.store.queries import rules as queries

log = logging.getLogger(__name__)
FILE = "reglas.toml"
LONGEST = 5.0  # seconds of trying one on what was sent already: most often nothing was


def declare_library(units: Units, project_id: int, library: Path) -> list[tuple[str, Problem | None]]:
    """(form, Problem or None when it is in force or was declared before) of each rule of the folder's file, in its
    order; nothing where there is no file, or none that can be read. A rule that somebody dropped is not declared again.
    """
    found = []
    for one in _written(library / FILE):
        form = str(one.get("form", ""))
        try:
            _declare(units, project_id, form, one)
            found.append((form, None))
        except Problem as problem:
            log.warning("a rule of the library was left out: %s: %s", form, problem.en)
            found.append((form, problem))
    return found


def _written(file: Path) -> list[dict]:
    """The rules of a file that people write by hand."""
    try:
        written = tomllib.loads(file.read_text("utf-8")).get("rule", []) if file.is_file() else []
    except ValueError as fault:
        log.warning("the rules of the library were left out: %s: %s", file, fault)
        return []
    return [one for one in written if isinstance(one, dict)] if isinstance(written, list) else []


def _declare(units: Units, project_id: int, form: str, one: dict) -> None:
    number = units.write(access.SYSTEM, lambda unit: _add(unit, project_id, form, one))
    if number is None:
        return
    with units.reading(access.SYSTEM) as unit:
        seen = rule_trials.dry_run(unit, project_id, form, number, LONGEST)
    units.write(access.SYSTEM, lambda unit: _publish(unit, project_id, form, number, seen))


def _add(unit: UnitOfWork, project_id: int, form: str, one: dict) -> int | None:
    """The number of the new rule, None where the form had it at some time."""
    found = forms.find_form(unit.session, project_id, form)
    if found is None:
        raise problems.not_found("El formulario", "The form")
    made = rules.add_rule(unit, project_id, form, str(one.get("type")), one.get("parameters", {}),
                          one.get("severity", "warning"), one.get("es"), one.get("en"))
    before = [row for row in queries.list_declared(unit.session, found.id) if row.id != made.row.id]
    wanted = domain.definition(made.row.type, made.row.parameters)
    if any(row.type == made.row.type and domain.definition(row.type, row.parameters) == wanted for row in before):
        unit.undo()
        return None
    return made.row.id


def _publish(unit: UnitOfWork, project_id: int, form: str, number: int, seen: rule_trials.Trial) -> None:
    rules.note_trial(unit, project_id, form, number, seen.parameters, seen.summary())
    rules.publish_rule(unit, project_id, form, number)
