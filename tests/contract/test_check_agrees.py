"""The check against the phone's own engine: it fills forms, answers are changed one at a time, both must find the same.

Where they are known to differ: the engine empties a wrong choice while it walks, so later questions see no answer (we
report the choice alone); it makes the instances that a count asks for and computes sums over them; it looks at no
attributes; it counts a group without any value as a difference; coordinates off the earth are answers to it.
"""

import copy
import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from collector.domain.check import Checker, Circumstances, Finding, prepare
from collector.domain.fields import FormModel
from collector.domain.xform import parse_form
from collector.domain.xlsform import convert
from collector.domain.xmltext import local_name, read_xml

pytestmark = pytest.mark.contract

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "samples"
LIBRARY = ROOT / "forms"
FORMS = {
    **{path.stem: (LIBRARY, ".xlsx", LIBRARY / "media") for path in sorted(LIBRARY.glob("*.xlsx"))
       if path.stem != "devoluciones"},
    "household": (SAMPLES, ".md", SAMPLES / "household"), "roster": (SAMPLES, ".md", SAMPLES / "roster"),
    "cascade": (SAMPLES, ".md", SAMPLES / "cascade"),
}
FILLED, CHANGED, ZONE = 5, 30, "America/Lima"
VALUES = {
    "int": ("-1", "0", "5", "150", "abc", "12.5", "99999999999", "+3", "007"),
    "decimal": ("-1.5", "0", "1000000", "4,5", "abc", "1e3", "7.0"),
    "date": ("2024-02-30", "1900-01-01", "2090-12-31", "2024-05-05", "abc"),
    "dateTime": ("2024-05-05T10:00:00.000-05:00", "x"), "time": ("10:00:00.000-05:00", "25:00"),
    "geopoint": ("1 2", "abc", "-12.05 -77.03 100 5"),
}
WORDS = ("x", "Ana María", "123", "00012345678", "  b  ", "a" * 60)
KINDS = {"choice": "dropped", "type": "dropped"}
ENGINE = {"unknown_node": "unknown", "irrelevant_node": "relevant", "dropped": "dropped", "recomputed": "calculate",
          "changed": "calculate"}


@dataclass
class Trial:
    """A form with its checker. loose: calculations of which nobody can tell the result afterwards."""

    model: FormModel
    checker: Checker
    loose: set[str]


def _trial(xform: str) -> Trial:
    model = parse_form(xform)
    checker = prepare(replace(model, entities=()))  # the engine has the lists that we have: nothing is left alone
    loose: set[str] = set()
    for rule in checker.plan.steps:
        if rule.kind == "calculate" and (rule.chance or rule.now or rule.properties or rule.reads.paths & loose):
            loose.add(rule.path)
    return Trial(model, checker, loose)


def _path(node) -> str:
    steps = [local_name(node), *(local_name(one) for one in node.iterancestors())]
    return "".join(f"/{step}" for step in reversed(steps[:-1]))


def _changed(chance: random.Random, start, model: FormModel):
    root = copy.deepcopy(start)
    nodes = [(node, model.by_path.get(_path(node))) for node in root.iterdescendants()]
    leaves = [(node, one) for node, one in nodes if one and one.kind == "field" and "/meta" not in one.path]
    turns = [node for node, one in nodes if one and one.kind == "repeat"]
    node, one = chance.choice(leaves)
    act = chance.random()
    if act < 0.1:
        node.getparent().remove(node)
    elif act < 0.2:
        node.text = ""
    elif act < 0.24:
        etree.SubElement(node.getparent(), "zzz").text = "1"
    elif act < 0.3 and turns:
        turn = chance.choice(turns)
        turn.addnext(copy.deepcopy(turn)) if chance.random() < 0.5 else turn.getparent().remove(turn)
    elif one.chooses:
        names = [choice.name for choice in model.choices_for(one)] or ["x"]
        node.text = chance.choice([*names, "zz", " ".join(names[:2])])
    else:
        node.text = chance.choice(VALUES.get(one.type, WORDS))
    return root


def _plain(ref: str) -> str:
    """The path in the form of a reference."""
    steps = [step.partition("[")[0] for step in ref.split("/")[2:]]
    return "".join(f"/{step}" for step in steps)


def _ours(trial: Trial, findings) -> set[tuple[str, str]]:
    found = {(one.ref, KINDS.get(one.kind, one.kind)) for one in findings
             if one.kind not in ("range", "repeat-count", "not-evaluated") and "@" not in one.ref}
    return {(ref.replace("[1]", "") if kind == "unknown" else ref, kind) for ref, kind in found
            if not (kind == "calculate" and _plain(ref) in trial.loose)}


def _engine(trial: Trial, row: dict, our_relevant: set[str]) -> set[tuple[str, str]]:
    found = {(one["ref"], one["kind"]) for one in row["violations"]}
    for one in row["differences"]:
        ref, kind = one["ref"], ENGINE.get(one["kind"])
        field = trial.model.by_path.get(_plain(ref))
        if kind is None or (kind in ("calculate", "dropped") and _plain(ref) in trial.loose):
            continue
        if kind == "dropped" and field is not None and field.calculate:
            kind = "calculate"
        if kind == "calculate" and field is not None and not field.calculate:
            continue  # the same answer, written otherwise
        if kind == "relevant":  # of a group it tells the group, we tell each answer
            found.update((mine, kind) for mine in our_relevant if (mine + "/").startswith((ref + "/", ref + "[")))
            if one["submitted"] is None:
                continue
        found.add((ref, kind))
    return found


def _compare(trial: Trial, findings: list[Finding], row: dict) -> None:
    ours = _ours(trial, findings)
    choices = {one.ref for one in findings if one.kind == "choice"}
    if choices:
        said = {one["ref"] for one in row["differences"] if one["kind"] in ("dropped", "changed")}
        assert choices & said
        return
    failed = [one for one in findings if one.kind in ("constraint", "required")]
    unread = {one["ref"] for one in row["violations"] if one["kind"] == "exception"}
    assert {_plain(ref) for ref in unread} <= {one.path for one in findings if one.kind == "not-evaluated"}
    engine = _engine(trial, row, {ref for ref, kind in ours if kind == "relevant"})
    engine -= {(ref, "exception") for ref in unread}
    makes = any(one["kind"] == "missing_node" and one["ref"].endswith("]") for one in row["differences"])
    if makes:
        ours, engine = ({one for one in both if one[1] != "calculate"} for both in (ours, engine))
    places = {(one.ref, "dropped") for one in findings if one.kind == "type" and one.details["type"].startswith("geo")}
    assert ours - engine <= places and engine <= ours
    if unread:
        return
    assert row["valid"] == (not failed)
    if failed:
        assert (row["first"]["ref"], row["first"]["kind"]) == (failed[0].ref, failed[0].kind)


@pytest.mark.parametrize("name", FORMS)
def test_the_same_is_found(name, filler, tmp_path):
    folder, suffix, media = FORMS[name]
    xform = convert((folder / f"{name}{suffix}").read_bytes(), f"{name}{suffix}").xml
    (tmp_path / "form.xml").write_text(xform, "utf-8")
    trial = _trial(xform)
    media = media if media.is_dir() else tmp_path
    common = ("--form", tmp_path / "form.xml", "--media", media, "--reuse", "--tz", ZONE)
    filler.run(*common, "--out", tmp_path / "out", "-n", FILLED, "--seed", 11, "--skip-optional", "0.2")
    chance = random.Random(name)
    paths = []
    for sent in sorted((tmp_path / "out").rglob("submission.xml")):
        start = read_xml(sent.read_bytes())
        for root in (start, *(_changed(chance, start, trial.model) for _ in range(CHANGED))):
            paths.append(tmp_path / f"{len(paths):04}.xml")
            paths[-1].write_bytes(etree.tostring(root))
    assert len(paths) == FILLED * (CHANGED + 1)
    rows = filler.run(*common, "--validate", *paths)
    here = {one.name: one.read_bytes() for one in media.iterdir() if one.is_file()}
    circumstances = Circumstances(now=datetime.now(UTC), zone=ZONE, media=here)
    met: Counter = Counter()
    for path, row in zip(paths, rows, strict=True):
        assert "violations" in row, row
        try:
            findings = trial.checker.check(path.read_bytes(), circumstances)
            met.update(one.kind for one in findings)
            _compare(trial, findings, row)
        except AssertionError as fault:
            fault.add_note(f"{path.name}: {path.read_text('utf-8')[:3000]}\n{row}")
            raise
    assert len(met) >= 5 and met.total() > 40, met  # else nothing was compared
