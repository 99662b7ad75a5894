"""Room that puts the description of the API together: an OpenAPI 3.1 document, made once for each application.

It must not describe routes itself: they say what they answer (`web/api/answers`). The pages of `/docs` show it.
"""

import sys

from apispec import APISpec
from flask import Flask

from collector.web.api.description import operations, shapes
from collector.web.api.description.operations import Route

_KEPT = "collector.description"
_PREFIXES = ("/v1/", "/health")
ABOUT = """\
The API of Collector. Addresses, names, codes and shapes are those of ODK Central's API, so that its clients work
unchanged; what is ours alone follows its manners.

* **Who asks**: a token from `POST /v1/sessions` as `Authorization: Bearer`; e-mail and password as Basic, only over
  https; the cookie of the pages, only over https, for writes with `X-Requested-With: XMLHttpRequest`; the key of an
  app user or public link before the rest of the path, `/v1/key/{key}/projects/…`, or as `?st=`.
* **What goes wrong** is told as a Problem: `{"message", "code", "details"}`. The whole part of the code is the status.
* **Percent-encoding**: IDs of forms and submissions may hold `/`, `%` and spaces; encode each segment by itself.
* **Times** are ISO 8601 in UTC with milliseconds. Names that are not known are ignored in bodies and queries, save in
  OData and in orders of exports.
* `X-Extended-Metadata: true` asks for more where an answer offers it.
"""
_PROBLEM = {
    "type": "object", "required": ["message", "code", "details"],
    "description": "What went wrong, in English or Spanish by Accept-Language.",
    "properties": {"message": {"type": "string"}, "code": {"type": "number"}, "details": {}},
    "examples": [{"message": "The form was not found.", "code": 404.1, "details": {}}],
}
_SUCCESS = {"type": "object", "required": ["success"], "properties": {"success": {"const": True}},
            "examples": [{"success": True}]}
_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "The token of a session."},
    "password": {"type": "http", "scheme": "basic", "description": "E-mail and password, only over https."},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "session", "description": "Only over https."},
    "key": {"type": "apiKey", "in": "query", "name": "st", "description": "The key of an app user or public link."},
}


def of_application(app: Flask) -> dict:
    """The OpenAPI document of this application's routes."""
    if _KEPT not in app.extensions:
        app.extensions[_KEPT] = _made(app)
    return app.extensions[_KEPT]


def routes(app: Flask) -> list[Route]:
    """The routes that machines ask, with each of their methods, in the order of their rooms, phones' last."""
    order = {name: number for number, name in enumerate(app.blueprints)}
    found = []
    for rule in app.url_map.iter_rules():
        framed = app.view_functions[rule.endpoint]
        if not rule.rule.startswith(_PREFIXES):
            continue
        methods = rule.methods - {"OPTIONS"} - ({"HEAD"} if "GET" in rule.methods else set())
        found += [Route(rule, method, framed.__wrapped__, framed.collector_frame) for method in sorted(methods)]
    return sorted(found, key=lambda one: (not one.rule.endpoint.startswith("api_"),
                                          order[one.rule.endpoint.partition(".")[0]]))


def _made(app: Flask) -> dict:
    reader = shapes.plugin()
    spec = APISpec(title="Collector", version="1", openapi_version="3.1.0", plugins=[reader],
                   info={"description": ABOUT, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
                   servers=[{"url": "/"}], security=operations.security())
    shapes.attach(reader)
    spec.components.schema("Problem", _PROBLEM)
    spec.components.schema("Success", _SUCCESS)
    for name, answer in operations.problems().items():
        spec.components.response(name, answer)
    for name, scheme in _SCHEMES.items():
        spec.components.security_scheme(name, scheme)
    tags = set()
    for route in routes(app):
        tag, about = _tag(app, route)
        if tag not in tags:
            tags.add(tag)
            spec.tag({"name": tag, "description": about})
        spec.path(path=route.path, operations={route.method.lower(): operations.operation(route, spec, tag)})
    shapes.describe(spec)
    return spec.to_dict()


def _tag(app: Flask, route: Route) -> tuple[str, str]:
    """(the name of a route's room, what is in it), as the docstring of its module says."""
    blueprint = app.blueprints[route.rule.endpoint.partition(".")[0]]
    said = (sys.modules[blueprint.import_name].__doc__ or "").partition("\n\n")[0].replace("\n", " ")
    said = said.removeprefix("API of ").removeprefix("Room where ")
    name = blueprint.name.removeprefix("api_").replace("_", " ")
    name = name.replace("openrosa", "OpenRosa").replace("odata", "OData")
    return name[:1].upper() + name[1:], said[:1].upper() + said[1:]
