"""Room that tells one route as an operation of OpenAPI: what it asks, takes and answers, and who may.

It must not know any route. What a route says of itself is kept by `web/blueprint`; `document` puts them together.
"""

import inspect
import re
from dataclasses import dataclass

from apispec import APISpec
from werkzeug.routing import Rule

from collector.web.api.answers import Answer
from collector.web.api.description import parameters, shapes
from collector.web.api.requests import SUCCESS
from collector.web.api.schemas.shape import Shape

_STEP = re.compile(r"<(?:(\w+):)?(\w+)>")
_PROBLEMS = {"400": ("Unusable", "What was sent cannot be used."), "401": ("Stranger", "Nobody has signed in."),
             "403": ("Refused", "No right to it."), "404": ("Missing", "There is no such thing."),
             "409": ("Conflict", "It does not go together with what is there."),
             "501": ("Later", "Not offered here yet: 501.1."), "default": ("Other", "Another Problem.")}
_JSON_PROBLEM = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_PARTS = {"304": {"description": "It is as the caller holds it."}, "416": {"description": "There is no such part."}}


@dataclass(frozen=True, slots=True)
class Route:
    """A route with one of its methods. frame: what it says of itself."""

    rule: Rule
    method: str
    view: object
    frame: dict

    @property
    def path(self) -> str:
        """The address as OpenAPI writes it."""
        return _STEP.sub(lambda found: "{" + parameters.wire(found[2]) + "}", self.rule.rule)

    @property
    def draft(self) -> bool:
        """Whether it is about a draft, beside a route about what is published."""
        return "/draft" in self.rule.rule

    @property
    def words(self) -> list[str]:
        """What the docstring of the view says: its first sentence, and the rest."""
        said = inspect.cleandoc(self.view.__doc__ or "").replace("\n", " ").strip()
        first, stop, rest = said.partition(". ")
        return [first.rstrip(".") + ("." if first else ""), rest.strip()] if stop else [said, ""]


def operation(route: Route, spec: APISpec, tag: str) -> dict:
    """The Operation Object of a route."""
    first, rest = route.words
    if route.draft and "draft" not in first:
        first = f"{first.rstrip('.')} (draft)."
    told = {"operationId": f"{route.rule.endpoint}.{route.method.lower()}", "tags": [tag], "summary": first}
    if rest:
        told["description"] = rest
    told["parameters"] = _parameters(route)
    body = _body(route, spec)
    if body:
        told["requestBody"] = body
    told["responses"] = _responses(route, spec)
    if route.frame["open"]:
        told["security"] = [{}, *security()]
    return told


def security() -> list[dict]:
    """The ways to say who asks, each enough."""
    return [{"token": []}, {"password": []}, {"cookie": []}, {"key": []}]


def _parameters(route: Route) -> list[dict]:
    found = [parameters.of_path(name, kind or "segment") for kind, name in _STEP.findall(route.rule.rule)]
    for name in _asked(route.frame["asks"]):
        found.append(parameters.of_header(name) if name in parameters.HEADERS else parameters.of_query(name))
    if _is_extended(route.frame["answers"]):
        found.append(parameters.of_header("X-Extended-Metadata"))
    if route.frame["dialect"] == "openrosa":
        found.append(parameters.of_header("X-OpenRosa-Version", required=route.method == "GET"))
    return found


def _asked(asks: str) -> list[str]:
    """Names apart by spaces; a name with a word in brackets is one of two that are called alike."""
    return [one.replace("(", " ").replace(")", "") for one in asks.split()]


def _is_extended(answers) -> bool:
    given = answers.values() if _is_by_status(answers) else [answers]
    return any(type(one[0] if isinstance(one, list) else one) is tuple for one in given)


def _is_by_status(answers) -> bool:
    return isinstance(answers, dict) and all(isinstance(status, int) for status in answers)


def _body(route: Route, spec: APISpec) -> dict:
    takes = route.frame["takes"] or getattr(route.frame["prepare"], "shape", None)
    if takes is None:
        return {}
    answer = takes if isinstance(takes, Answer) else Answer(schema=_schema(takes, spec))
    required = isinstance(takes, type | Shape) and any(field.required for field in _shape(takes).fields.values())
    return {"content": {answer.kind: {"schema": answer.schema}}, **({"required": True} if required else {})}


def _responses(route: Route, spec: APISpec) -> dict:
    answers = route.frame["answers"]
    if not _is_by_status(answers):
        answers = {200: answers}
    told = {}
    for status, one in answers.items():
        if status < 400:
            answer = one if isinstance(one, Answer) else Answer(schema=_schema(one, spec))
            told |= {str(status): _response(answer), **(_PARTS | {"206": _response(answer)} if answer.parts else {})}
    for status in (*_possible(route, answers), "default"):
        told.setdefault(status, _problem(route, status))
    return told


def _possible(route: Route, answers: dict) -> list[str]:
    """The statuses of Problems that the route may well answer with."""
    asked = route.frame["asks"] or route.frame["takes"] or getattr(route.frame["prepare"], "shape", None)
    later, writes = 501 in answers, route.method in ("POST", "PUT", "PATCH")
    return [*(["400"] if asked and not later else []), *([] if route.frame["open"] else ["401", "403"]),
            *(["404"] if route.rule.arguments - set(route.rule.defaults or ()) else []),
            *(["409"] if writes and not later else []), *(["501"] if later else [])]


def _response(answer: Answer) -> dict:
    told = {"description": answer.says or "Done."}
    if answer.kind:
        told["content"] = {answer.kind: {"schema": answer.schema if answer.schema is not None else {}}}
    if answer.headers:
        told["headers"] = {name: {"schema": {"type": "string"}} for name in answer.headers}
    return told


def _problem(route: Route, status: str) -> dict:
    name, says = _PROBLEMS[status]
    if route.method == "HEAD":
        return {"description": says}
    if route.frame["dialect"] == "openrosa":
        return {"description": says, "content": {"text/xml": {"schema": {"type": "string"}}}}
    if route.rule.rule.endswith("$metadata"):
        return {"description": says, "content": {"text/xml": {"schema": {"type": "string"}}, **_JSON_PROBLEM}}
    return {"$ref": f"#/components/responses/{name}"}


def problems() -> dict[str, dict]:
    """The answers that tell Problems, by the name under which operations refer to them."""
    return {name: {"description": says, "content": _JSON_PROBLEM} for name, says in _PROBLEMS.values()}


def _schema(one, spec: APISpec) -> dict:
    """The schema of what a route answers or takes in JSON."""
    if one is SUCCESS:
        return {"$ref": "#/components/schemas/Success"}
    if isinstance(one, list):
        return {"type": "array", "items": _schema(one[0], spec)}
    if isinstance(one, tuple):
        return {"anyOf": [_schema(part, spec) for part in reversed(one)]}
    if isinstance(one, Answer):
        return one.schema
    return shapes.reference(spec, one)


def _shape(one) -> Shape:
    return one() if isinstance(one, type) else one
