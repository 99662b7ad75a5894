"""Watches an application answer: what its description does not say of an answer is told as a deviation."""

import json

import jsonschema_rs
from flask import Response, request

from collector.web.api.description import document
from collector.web.api.description.document import Route

_told: dict = {}
_ready: dict[str, object] = {}


class Watch:
    """Deviations of the answers that an application gave since it is watched."""

    def __init__(self, app):
        self.deviations: list[str] = []
        if not _told:  # the routes of all applications of a run are the same
            _told.update(document.of_application(app))
        self._routes = {(one.rule.endpoint, one.rule.rule, one.method): one for one in document.routes(app)}
        app.after_request_funcs.setdefault(None, []).append(self._look)

    def _look(self, response: Response) -> Response:
        rule = request.url_rule
        route = rule and self._routes.get((rule.endpoint, rule.rule, request.method))
        if route is not None:
            wrong = deviation(_told, route, response)
            if wrong:
                self.deviations.append(f"{request.method} {request.full_path} → {response.status_code}: {wrong}")
        return response


def deviation(told: dict, route: Route, response: Response) -> str:
    """What the description says otherwise of this answer; '' when it is told truly."""
    answers = told["paths"][route.path][route.method.lower()]["responses"]
    status = str(response.status_code)
    if status not in answers and response.status_code < 400:
        return f"only {', '.join(answers)} are told"
    answer = _followed(told, answers.get(status) or answers["default"])
    content = answer.get("content")
    if content is None:
        return "" if not response.content_length else "content is not told"
    schema = next((content[kind] for kind in (response.mimetype, "*/*") if kind in content), None)
    if schema is None:
        return f"{response.mimetype} is not told, but {', '.join(content)}"
    if response.mimetype != "application/json":
        return ""
    validator = _validator(f"{route.method} {route.path} {status}", schema["schema"], told)
    fault = next(validator.iter_errors(json.loads(response.get_data())), None)
    return f"{'/'.join(map(str, fault.instance_path))}: {fault.message[:300]}" if fault else ""


def _followed(told: dict, answer: dict) -> dict:
    return told["components"]["responses"][answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer


def _validator(name: str, schema: dict, told: dict):
    """The schema of an answer, made ready once."""
    if name not in _ready:
        whole = {**schema, "components": {"schemas": told["components"]["schemas"]}}
        _ready[name] = jsonschema_rs.Draft202012Validator(whole)
    return _ready[name]
