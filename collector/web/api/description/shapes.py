"""Room that tells marshmallow's shapes as JSON Schema: names, what may be null, what is always there, an example each.

It must not know routes. `operations` asks for a reference to a shape; the schemas come to stand in `components`.
"""

import inspect
import re

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import fields

from collector.web.api.description import examples
from collector.web.api.schemas.shape import Moment, Shape

# what an answer always has, beside switches and lists; everything else of an answer may be null
_SURE = frozenset(("id", "createdAt", "projectId", "xmlFormId", "instanceId", "key", "kind", "severity", "outcome",
                   "currentVersion", "record"))
_SENT = ("readOnly", "minimum", "maximum", "default")  # said of what is sent, not of what is answered
_FROM = re.compile(r"Dumped from .*?\.(?=\s|$)")  # whence it comes is of no use to who reads the description


class Names:
    """Names of shapes; two that are called alike in different rooms are told apart by their room."""

    def __init__(self):
        self._taken: dict[str, type] = {}

    def __call__(self, shape) -> str:
        kind = shape if isinstance(shape, type) else type(shape)
        name = kind.__name__.removesuffix("Shape").lstrip("_")
        if self._taken.setdefault(name, kind) is not kind:
            name = kind.__module__.rpartition(".")[2].title().replace("_", "") + name
        return name


def plugin() -> MarshmallowPlugin:
    """The part of apispec that reads shapes, with what is particular to ours."""
    return MarshmallowPlugin(schema_name_resolver=Names())


def attach(reader: MarshmallowPlugin) -> None:
    """Nothing; the reader knows our fields."""
    reader.map_to_openapi_type(Moment, "string", "date-time")
    reader.converter.add_attribute_function(_own)


def _own(converter, field: fields.Field, ret: dict, **options) -> dict:
    """What our fields say of themselves: constants, answers that may be null."""
    if isinstance(field, fields.Constant):
        return {"const": field.constant}
    if "enum" in ret and None in ret["enum"] and not field.allow_none:
        ret["enum"] = [one for one in ret["enum"] if one is not None]
    return _or_null(ret) if field.dump_only and _may_be_null(field) else {}


def _may_be_null(field: fields.Field) -> bool:
    name = field.data_key or field.name
    return not (isinstance(field, fields.Boolean | fields.List) or name in _SURE or "type" in field.metadata)


def _or_null(ret: dict) -> dict:
    referred = ret.pop("$ref", None) or next((one["$ref"] for one in ret.pop("allOf", ()) if "$ref" in one), None)
    if referred is not None:
        return {"anyOf": [{"$ref": referred}, {"type": "null"}]}
    kind = ret.get("type")
    return {"type": [kind, "null"]} if isinstance(kind, str) else {}


def describe(spec: APISpec) -> None:
    """Nothing; each schema says what its shape's docstring says, has an example and what an answer always has."""
    reader = next(one for one in spec.plugins if isinstance(one, MarshmallowPlugin))
    for key, name in list(reader.converter.refs.items()):
        shape, schema = key[0], spec.components.schemas[name]
        schema["description"] = _FROM.sub("", inspect.cleandoc(shape.__doc__ or "").replace("\n", " ")).strip()
        if all(one.dump_only or isinstance(one, fields.Constant) for one in shape().fields.values()):
            for told in schema["properties"].values():
                for word in _SENT:
                    told.pop(word, None)
            schema["required"] = [name for name, told in schema["properties"].items() if not told.pop("x-maybe", None)]
    for schema in spec.components.schemas.values():
        if "properties" in schema:
            schema["examples"] = [examples.of_schema(schema, spec.components.schemas)]


def reference(spec: APISpec, shape: type[Shape]) -> dict:
    """{"$ref": …} to the schema of this shape."""
    reader = next(one for one in spec.plugins if isinstance(one, MarshmallowPlugin))
    return reader.converter.resolve_nested_schema(shape)
