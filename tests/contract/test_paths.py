"""Paths and operators: ours and the phone's engine find the same, or both refuse, in expressions made by chance."""

import json
import re
from datetime import UTC, datetime
from random import Random

import pytest

from collector.domain.xpath import workbench
from tests.contract import expressions
from tests.domain.xpath import chance

pytestmark = [pytest.mark.contract, pytest.mark.xdist_group("phone")]
NOW = datetime(2024, 6, 15, tzinfo=UTC)
COUNT = 1500


def with_places(path: str) -> str:
    """JavaRosa leaves out the place of the root."""
    return re.sub(r"/([\w.-]+)(?=/|\Z)", r"/\1[1]", path.replace("instance(c)", "instance('c')"))


def same(phone: dict, ours: dict) -> bool:
    """Whether both say the same; nodes by their paths; a variable is nothing there and an error here."""
    if phone.get("type") == "null":
        return ours["type"] == "error"
    if phone.get("type") == "nodeset" and "exception" not in phone:
        return (ours["type"], ours["value"]) == ("nodeset", [with_places(one) for one in phone["refs"]])
    return expressions.same(phone, ours)


@pytest.mark.parametrize("is_broken", [False, True])
def test_expressions_made_by_chance(filler, tmp_path, is_broken):
    die = Random(11)
    drawn = [chance.expression(die, die.randint(1, 3)) for _ in range(COUNT)]
    if is_broken:
        drawn = [chance.broken(die, one) for one in drawn]
    asked = [{"id": number, "expr": one, "context": die.choice(chance.PLACES), "form_instance_xml": chance.DOCUMENT}
             for number, one in enumerate(drawn) if one.strip()]
    lines = tmp_path / "lines.jsonl"
    lines.write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    said = filler.run("--eval", lines)
    assert len(said) == len(asked)
    differing = []
    for line, phone in zip(asked, said, strict=True):
        ours = workbench.answer(json.dumps({**line, "xml": chance.DOCUMENT}), NOW)
        if not same(phone, ours):
            differing.append((line["expr"], line["context"], phone, ours))
    assert differing == []
    assert sum("exception" not in phone for phone in said) > COUNT / (20 if is_broken else 5)


def test_lists_are_looked_up_alike(filler, tmp_path, monkeypatch):
    die = Random(12)
    form, lines = tmp_path / "form.xml", tmp_path / "lines.jsonl"
    form.write_text(chance.FORM, encoding="utf-8")
    asked = [{"id": number, "expr": chance.looked_up(die, die.randint(0, 2)), "context": die.choice(chance.PLACES[1:])}
             for number in range(COUNT)]
    lines.write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Duser.timezone=UTC")
    differing = []
    for line, phone in zip(asked, filler.run("--form", form, "--eval", lines), strict=True):
        ours = workbench.answer(json.dumps({
            **line, "xml": chance.DOCUMENT, "binds": chance.TYPES, "instances": {"c": chance.LIST},
            "in_form": True}), NOW)
        if not same(phone, ours):
            differing.append((line["expr"], line["context"], phone, ours))
    assert differing == []
