"""The conformance cases, and when an answer is the one that a case expects."""

import json
import math
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from collector.domain.xpath.workbench import answer

CASES = Path(__file__).resolve().parents[2] / "samples" / "xpath" / "cases.jsonl"
NOW = datetime(2026, 1, 1, tzinfo=UTC)  # only for cases that name no clock


@cache
def cases() -> tuple[dict, ...]:
    """Every case, in the order of the file."""
    return tuple(map(json.loads, CASES.read_text("utf-8").splitlines()))


def of(*tiers: str) -> list[tuple[str, str]]:
    """(tier, group) of all cases of these tiers, each once."""
    return sorted({(case["tier"], case["group"]) for case in cases() if case["tier"] in tiers})


def group(tier: str, name: str) -> list[dict]:
    """The cases of one group in one tier."""
    return [case for case in cases() if (case["tier"], case["group"]) == (tier, name)]


def answered(case: dict) -> dict:
    """What the engine says."""
    return answer(json.dumps(case), NOW, lambda: 0.5)


def agrees(case: dict, found: dict) -> bool:
    """Whether the answer is the expected one: numbers within 1e-9, -0 as 0, errors by their kind."""
    expected = case["expect"]
    if expected["type"] == "parse":
        return (found["type"], found["value"]) != ("error", "parse")
    if expected["type"] != found["type"]:
        return False
    if expected["type"] == "error":
        return expected.get("value", found["value"]) == found["value"]
    if expected["type"] == "number":
        return _close(float(expected["value"]), float(found["value"]))
    return expected["value"] == found["value"]


def differing(tier: str, name: str) -> list[dict]:
    """The cases of a group that are answered otherwise, as short text for a failing test."""
    found = ((case, answered(case)) for case in group(tier, name))
    return [{"id": case["id"], "expr": case["expr"], "expected": case["expect"], "found": said}
            for case, said in found if not agrees(case, said)]


def _close(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-9)
