"""Samples for the tests of this floor: forms converted once, submissions as the phone's engine wrote them."""

from functools import cache
from pathlib import Path

import pytest
from pyxform.xls2xform import convert

from collector.domain.columns import merge
from collector.domain.flatten import row_plan
from collector.domain.xform import parse_form

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "samples"
LIBRARY = ("acreditacion_autoridades", "acuerdo_convivencia", "evaluacion_taller")


@cache
def _xform(name: str) -> str:
    path = ROOT / "forms" / f"{name}.xlsx" if name in LIBRARY else SAMPLES / f"{name}.md"
    return convert(str(path), file_type=path.suffix).xform


@cache
def _model(name: str):
    return parse_form(_xform(name))


@pytest.fixture(scope="session")
def xform():
    """Gives the XForm text of a sample form by name."""
    return _xform


@pytest.fixture(scope="session")
def model():
    """Gives the FormModel of a sample form by name."""
    return _model


@pytest.fixture(scope="session")
def plan():
    """Gives (merged columns, row plan) of a model."""
    def made(form):
        merged = merge((), (), form)
        return merged, row_plan(merged.tables, merged.columns)
    return made


@pytest.fixture(scope="session")
def submissions():
    """Gives the sample submissions of a form as bytes, in order."""
    return lambda name: [path.read_bytes() for path in sorted((SAMPLES / "submissions" / name).glob("*.xml"))]
