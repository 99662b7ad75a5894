"""API of datasets: a form's records as CSV, streamed.

It must not make rows (`services/exporting`). The POST forms are Central's: a passphrase would come in the body, and is
refused, since nothing is decrypted here.
"""

from collections.abc import Iterable

from flask import request

from collector.domain import problems
from collector.domain.formats.csvfile import CsvOptions
from collector.domain.odata.conditions import Condition
from collector.domain.odata.filtering import read_filter
from collector.services import cleaned_csv, exporting, orders, recipes
from collector.services.unit import UnitOfWork
from collector.web import streams
from collector.web.api.answers import file, text
from collector.web.api.requests import is_asked, is_refused, json_body, number_asked
from collector.web.blueprint import UnitBlueprint

exports = UnitBlueprint("api_exports", __name__, url_prefix="/v1", dialect="json")
_FORM = "/projects/<int:project_id>/forms/<segment:xml_form_id>"


def as_zip(unit: UnitOfWork, project_id: int, xml_form_id: str, draft: bool):
    """The records, their repeats and files as CSV in a ZIP."""
    if "recipe" in request.args and not draft:
        pieces = cleaned_csv.csv_zip(unit, project_id, xml_form_id, _order(unit, project_id, xml_form_id))
    else:
        pieces = exporting.csv_zip(unit, project_id, xml_form_id, _options(unit, draft))
    ending = ".csv.zip" if is_refused("attachments") else ".zip"
    return streams.pieces_answer(unit, pieces, "application/zip", xml_form_id + ending)


def as_csv(unit: UnitOfWork, project_id: int, xml_form_id: str, draft: bool):
    """The records as CSV, without their repeats."""
    if "recipe" in request.args and not draft:
        pieces = cleaned_csv.root_csv(unit, project_id, xml_form_id, _order(unit, project_id, xml_form_id))
    else:
        pieces = exporting.root_csv(unit, project_id, xml_form_id, _options(unit, draft))
    return streams.pieces_answer(unit, pieces, "text/csv; charset=utf-8", f"{xml_form_id}.csv")


SWITCHES = "$filter attachments groupPaths splitSelectMultiples deletedFields recipe recipeVersion"
_ANSWERS = {as_zip: file("application/zip", "The ZIP.", parts=False), as_csv: text("text/csv", "The CSV.")}
for _draft, _base in ((False, _FORM), (True, _FORM + "/draft")):
    for _path, _view in ((_base + "/submissions.csv.zip", as_zip), (_base + "/submissions.csv", as_csv)):
        _name = f"{'draft_' if _draft else ''}{_view.__name__}"
        _said = {"defaults": {"draft": _draft}, "answers": _ANSWERS[_view], "asks": SWITCHES}
        exports.add_url_rule(_path, _name, _view, methods=["GET"], **_said)
        exports.add_url_rule(_path, f"{_name}_by_post", _view, methods=["POST"], reads=True, **_said)


def filter_asked(unit: UnitOfWork, besides: Iterable[str] = ()) -> Condition | None:
    """What $filter says, None when there is none. besides: what must hold too. Raises 400.18, 400.11, 501.4, 501.5."""
    text = " and ".join(f"({one})" for one in (request.args.get("$filter", ""), *besides) if one.strip())
    return read_filter(text, unit.now()) if text.strip() else None


def _options(unit: UnitOfWork, draft: bool) -> exporting.Options:
    """What Central's switches mean. Raises 501.1 for a passphrase, and as `filter_asked`."""
    _refuse_passphrases()
    return exporting.Options(
        files=not is_refused("attachments"), earlier_fields=is_asked("deletedFields"), draft=draft,
        csv=CsvOptions(group_paths=not is_refused("groupPaths"),
                       split_select_multiples=is_asked("splitSelectMultiples")),
        where=filter_asked(unit))


def _order(unit: UnitOfWork, project_id: int, xml_form_id: str) -> orders.Order:
    """Cleaned by `recipe`, a number or a name, in its version in force or `recipeVersion`; switches as Central's.

    An empty name is no recipe: raw rows, fields that moved at their new place, what a recipe's script starts from.
    """
    _refuse_passphrases()
    if request.args.get("$filter"):
        raise problems.not_implemented("$filter with recipe")
    named = request.args["recipe"]
    if not named:
        number = None
    elif named.isascii() and named.isdigit() and len(named) < 16:
        number = int(named)
    else:
        number = recipes.find_named(unit, project_id, xml_form_id, named).row.id
    return orders.order(
        recipe_id=number, recipe_version=number_asked("recipeVersion"), files=not is_refused("attachments"),
        group_paths=not is_refused("groupPaths"), split=is_asked("splitSelectMultiples"))


def _refuse_passphrases() -> None:
    """Nothing. Raises 501.1 for a passphrase: the number of a key, and what opens it."""
    body = json_body() if request.is_json else request.form
    if any(name.isdigit() and given for said in (request.args, body) for name, given in said.items()):
        raise problems.not_implemented("passphrases")
