"""Records that a person corrected, before the phone's own engine: it reads them as its own, and finds them as it would
have left them: nothing asked that does not apply, nothing calculated from what was there before.
"""

import random
from collections import Counter
from datetime import UTC, datetime

import pytest

from collector.domain import correction
from collector.domain.check import Circumstances
from collector.domain.correcting import asking
from collector.domain.correction import Basis, Given
from collector.domain.xlsform import convert
from tests.contract.test_check_agrees import FORMS, ZONE, _engine, _plain, _trial
from tests.phone.envelope import Filled

pytestmark = pytest.mark.contract

FILLED, EACH, TRIES = 4, 8, 6
VALUES = {"whole": ("1", "3", "12"), "number": ("1.5", "2"), "day": ("2024-05-05", "2026-01-31"),
          "clock": ("10:30",), "moment": ("2026-01-31T10:30",), "point": ("-5.1", "-77.4", "210", "4"),
          "accept": ("OK",),
          "text": ("Ana María", "12345678", "Señal & «ñandú» <x>", "AB-123456", "712345678", "ana@example.org")}
BY_THE_CLOCK = ("now(", "today(", "uuid(", "random(", "once(")


def _answer(chance: random.Random, one: asking.Question) -> tuple[str, ...] | None:
    names = [option.name for option in one.options or ()]
    if one.kind == "one":
        return (chance.choice(names),) if names else None
    if one.kind == "several":
        return tuple(chance.sample(names, chance.randint(0, min(3, len(names)))))
    if one.kind == "rank":
        return tuple(chance.sample(names, len(names)))
    if one.kind == "point":
        return VALUES["point"]
    if one.kind == "text" and one.bounds:
        return (one.bounds[0],)
    return (chance.choice(VALUES[one.kind]),) if one.kind in VALUES else None


def _repeats(parts: tuple):
    for part in parts:
        if isinstance(part, asking.Repeat):
            yield part
            for turn in part.turns:
                yield from _repeats(turn.parts)
        elif isinstance(part, asking.Section):
            yield from _repeats(part.parts)


def _corrected(chance: random.Random, basis: Basis) -> correction.Revision | None:
    """A correction that the form lets pass; None when chance found none."""
    start = correction.revise(basis, Given())
    asked = [one for one in asking.questions(start.parts) if not one.fixed and one.kind not in ("note", "file")]
    values = {one.place: given for one in chance.sample(asked, min(len(asked), 4))
              if (given := _answer(chance, one)) is not None}
    added = [one.free for one in _repeats(start.parts) if one.free and chance.random() < 0.3]
    gone = [turn.place for one in _repeats(start.parts) if one.may_drop for turn in one.turns if chance.random() < 0.2]
    for turn in range(TRIES):
        revision = correction.revise(basis, Given(values, tuple(added), tuple(gone)))
        if not revision.stops:
            return revision if revision.typed else None
        for place, _finding in revision.stops:
            question = next((one for one in asking.questions(revision.parts) if one.place == place), None)
            given = question and _answer(chance, question)
            if given and (turn < TRIES / 2 or place not in values):
                values[place] = given
            else:
                values.pop(place, None)
    return None


@pytest.mark.parametrize("name", FORMS)
def test_the_engine_takes_what_was_corrected(name, filler, tmp_path):
    folder, suffix, media = FORMS[name]
    xform = convert((folder / f"{name}{suffix}").read_bytes(), f"{name}{suffix}").xml
    (tmp_path / "form.xml").write_text(xform, "utf-8")
    trial, chance = _trial(xform), random.Random(name)
    media = media if media.is_dir() else tmp_path
    common = ("--form", tmp_path / "form.xml", "--media", media, "--reuse", "--tz", ZONE)
    filler.run(*common, "--out", tmp_path / "out", "-n", FILLED, "--seed", 23, "--skip-optional", "0.2")
    here = {one.name: one.read_bytes() for one in media.iterdir() if one.is_file()}
    circumstances = Circumstances(now=datetime.now(UTC), zone=ZONE, media=here)
    paths, kinds, known = [], Counter(), []
    for sent in sorted((tmp_path / "out").rglob("submission.xml")):
        for _ in range(EACH):
            revision = _corrected(chance, Basis(trial.checker, sent.read_bytes(), circumstances))
            if revision is None:
                continue
            kinds.update(one.kind for one in revision.changes)
            known.append({one.path for _place, one in revision.left})
            paths.append(tmp_path / f"{len(paths):03}" / "submission.xml")
            paths[-1].parent.mkdir()
            paths[-1].write_bytes(correction.finished(revision, "uuid:first", "uuid:second"))
    assert len(paths) > FILLED * EACH / 2 and kinds["changed"] > len(paths), (len(paths), kinds)
    for path, row, before in zip(paths, filler.run(*common, "--validate", *paths), known, strict=True):
        strange = [one for one in _strange(trial, row) if _plain(one[0]) not in before]  # the phone sent that so
        assert strange == [], path.read_text("utf-8")
        assert row["valid"], (row["first"], path.read_text("utf-8"))
    again = filler.edit(tmp_path / "form.xml", media, Filled(paths[0].parent), tmp_path / "again", 5)
    assert b"<deprecatedID>uuid:second<" in again.folder.joinpath("submission.xml").read_bytes().replace(b"orx:", b"")


def _strange(trial, row: dict) -> list[tuple[str, str]]:
    """What the engine would have left otherwise, save what it computes anew from the clock or chance."""
    assert "violations" in row, row
    by_the_clock = {path for path, one in trial.model.by_path.items()
                    if any(word in one.calculate for word in BY_THE_CLOCK)}
    return sorted((ref, kind) for ref, kind in _engine(trial, row, set())
                  if kind not in ("required", "constraint") and _plain(ref) not in by_the_clock
                  and not ref.endswith("/meta/deprecatedID"))
