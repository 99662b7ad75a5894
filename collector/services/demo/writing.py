"""Room that writes a submission's XML from answers by name, as a phone would send it.

It must not know which form it is: the form model tells where each answer stands. `demo/demonstration` sends it.
"""

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from collector.domain.fields import Field, FormModel

Answers = Mapping[str, object]


def written(model: FormModel, answers: Answers, instance_id: str, deprecated_id: str = "", version: str = "") -> bytes:
    """The XML. answers: name -> text, number, or for a repeat a list of answers; what is not answered is left out.

    version: another than the model's, for a phone that was never brought up to date.
    """
    meta = {"instanceID": instance_id, "deprecatedID": deprecated_id, "instanceName": answers.get("instanceName", "")}
    body = "".join(_element(model, one, answers) for one in model.children() if one.name != "meta")
    head = "".join(_leaf(name, text) for name, text in meta.items() if text)
    return (f"<?xml version='1.0' encoding='UTF-8' ?><{model.root_name} id={quoteattr(model.form_id)} "
            f"version={quoteattr(version or model.version)}>{body}<meta>{head}</meta></{model.root_name}>").encode()


def _element(model: FormModel, one: Field, answers: Answers) -> str:
    if one.kind == "repeat":
        return "".join(_group(model, one, each) for each in answers.get(one.name, ()))
    if one.kind == "group":
        return _group(model, one, answers)
    value = answers.get(one.name)
    return "" if value is None or value == "" else _leaf(one.name, value)


def _group(model: FormModel, one: Field, answers: Answers) -> str:
    inner = "".join(_element(model, child, answers) for child in model.children(one.path) if child.name != "meta")
    return f"<{one.name}>{inner}</{one.name}>" if inner else ""


def _leaf(name: str, value) -> str:
    return f"<{name}>{escape(str(value))}</{name}>"
