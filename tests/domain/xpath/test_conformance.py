"""The expression engine answers as JavaRosa does: the gate, one test for each tier and topic."""

from collections import Counter

import pytest

from tests.domain.xpath import corpus


@pytest.mark.parametrize(("tier", "topic"), corpus.of("core", "error", "divergent"), ids="-".join)
def test_expressions_mean_what_they_mean_on_the_phone(tier, topic):
    assert corpus.differing(tier, topic) == []


@pytest.mark.parametrize(("tier", "topic"), corpus.of("extended", "quirk"), ids="-".join)
def test_the_phones_refusals_and_oddities_are_kept(tier, topic):
    assert corpus.differing(tier, topic) == []


def test_what_the_phone_cannot_be_asked_is_answered_all_the_same():
    """Tier webforms-only: text and comment nodes, other axes; the phone's engine has no answer, ours may refuse."""
    asked = [case for case in corpus.cases() if case["tier"] == "webforms-only"]
    said = [corpus.answered(case) for case in asked]
    assert {answer["type"] for answer in said} <= {"error", "nodeset", "string", "number", "boolean", "date"}
    assert sum(map(corpus.agrees, asked, said)) >= 6


def test_typed_values_of_the_nodes_found():
    """Cases that tell the text of each node, converted by its type, and the type one node converts to."""
    told = Counter()
    for case in corpus.cases():
        if case["tier"] not in ("core", "divergent") or "unpacked" not in case["expect"]:
            continue
        said = corpus.answered({**case, "as": "string"})
        assert said["value"] == case["expect"]["strings"][0], case["id"]
        told[case["expect"]["unpacked"]] += 1
    assert set(told) >= {"string", "number", "boolean", "date"}
