"""Functions of expressions: ours and the phone's engine say the same to what nobody thought of."""

import json
from datetime import UTC, datetime

import pytest

from collector.domain.xpath import workbench
from tests.contract import expressions

pytestmark = [pytest.mark.contract, pytest.mark.xdist_group("phone")]
NOW = datetime(2024, 6, 15, tzinfo=UTC)
COUNT = 1000


def known(expression: str, answer: dict) -> bool:
    """What we do otherwise on purpose: no years beyond 9999; the time of day goes by that day's offset, not today's."""
    return "beyond the year 9999" in answer.get("message", "") or "decimal-time(" in expression


@pytest.mark.parametrize(("seed", "zone"), [(1, "UTC"), (2, "America/Lima"), (3, "America/New_York")])
def test_random_calls(filler, tmp_path, monkeypatch, seed, zone):
    drawn = expressions.drawn(seed, COUNT)
    form, lines = tmp_path / "form.xml", tmp_path / "lines.jsonl"
    form.write_text(expressions.FORM, encoding="utf-8")
    lines.write_text("\n".join(json.dumps({"id": place, "expr": one, "context": "/data/s"})
                               for place, one in enumerate(drawn)), encoding="utf-8")
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", f"-Duser.timezone={zone} -Duser.language=en")
    said = filler.run("--form", form, "--eval", lines)
    assert len(said) == COUNT

    differing = []
    for one, phone in zip(drawn, said, strict=True):
        ours = workbench.answer(json.dumps({
            "id": 1, "expr": one, "xml": expressions.INSTANCE, "context": "/data/s", "binds": expressions.TYPES,
            "tz": zone, "version": "5"}), NOW)
        if not expressions.same(phone, ours) and not known(one, ours):
            differing.append((one, phone, ours))
    assert differing == []
    assert sum("exception" not in phone for phone in said) > COUNT / 2
