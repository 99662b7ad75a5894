"""Pages of the description of the API: a plain list that needs no script, an explorer, and the OpenAPI document itself.

It must not describe anything: routes do, and `web/api/description` puts it together.
"""

import hashlib
from dataclasses import dataclass

import orjson
from flask import current_app
from flask_babel import gettext as _

from collector.services.unit import UnitOfWork
from collector.web import frame, streams
from collector.web.api.description import document
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.showing import page

pages = UnitBlueprint("docs", __name__, url_prefix="/docs", dialect="html")
METHODS = ("get", "head", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of the list. told: the Operation Object."""

    method: str
    path: str
    told: dict

    @property
    def asks(self) -> list[dict]:
        """What may be asked in the query and in headers."""
        return [one for one in self.told["parameters"] if one["in"] != "path"]

    @property
    def takes(self) -> dict:
        """{media type: schema} of the body."""
        return self.told.get("requestBody", {}).get("content", {})

    @property
    def answers(self) -> dict:
        """{status: {media type: schema}} of what is no Problem."""
        return {status: one.get("content", {}) for status, one in self.told["responses"].items() if status[:1] in "23"}


@pages.get("", open=True)
def show(unit: UnitOfWork):
    """The list: every address with what it asks, takes and answers."""
    told = document.of_application(current_app)
    rooms = {tag["name"]: (tag["description"], []) for tag in told["tags"]}
    for path, item in told["paths"].items():
        for method in METHODS:
            if method in item:
                rooms[item[method]["tags"][0]][1].append(Operation(method.upper(), path, item[method]))
    return page(unit, "docs/show.html", tab="menu", rooms=rooms, schemas=told["components"]["schemas"],
                schema_name=_schema_name, pretty=_pretty)


@pages.get("/explorer", open=True)
def explore(unit: UnitOfWork):
    """The explorer, in which addresses can be tried. It needs a script."""
    return page(unit, "docs/explore.html", tab="menu")


@pages.get("/openapi.json", open=True)
def description(unit: UnitOfWork):
    """The OpenAPI 3.1 document, for programs."""
    data = orjson.dumps(document.of_application(current_app))
    response = streams.bytes_answer(data, hashlib.md5(data, usedforsecurity=False).hexdigest(), "application/json")
    frame.squeeze(response)
    return response


def _schema_name(content: dict) -> tuple[str, str]:
    """(what a body or answer is, the schema that it refers to or '')."""
    if not content:
        return _("sin contenido"), ""
    kind, told = next(iter(content.items()))
    schema = told["schema"]
    many = schema.get("type") == "array"
    schema = schema.get("items", {}) if many else schema
    schema = schema["anyOf"][0] if "anyOf" in schema else schema
    name = schema.get("$ref", "").rpartition("/")[2]
    if not name:
        return ("JSON" if kind == "application/json" else kind.replace("*/*", _("archivo"))), ""
    return (_("lista de %(name)s", name=name) if many else name), name


def _pretty(example) -> str:
    return orjson.dumps(example, option=orjson.OPT_INDENT_2).decode()
