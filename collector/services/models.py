"""Room that hands out form models, each definition parsed once and remembered.

It must not decide who may read a form. Intake, flattening, pages and exports ask here and parse no form.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence

from collector.domain import problems
from collector.domain.fields import FormModel
from collector.domain.xform import FormFault, parse_form
from collector.services.unit import UnitOfWork
from collector.store.queries import forms

_LIMIT = 200

_known: OrderedDict[str, FormModel] = OrderedDict()
_lock = threading.Lock()


def form_model(unit: UnitOfWork, form_version_id: int, sha256: str | None = None) -> FormModel:
    """The model of a version. Raises 404.1. Remembered by the SHA-256 of its definition, so never out of date.

    sha256: of the definition, when the caller has it already.
    """
    sha256 = sha256 or forms.find_sha256(unit.session, form_version_id)
    if sha256 is None:
        raise problems.not_found("La versión del formulario", "The form version")
    return _recall(sha256) or parsed(forms.find_xml(unit.session, form_version_id), sha256)


def form_models(unit: UnitOfWork, version_ids: Sequence[int]) -> tuple[FormModel, ...]:
    """The models of these versions, in their order. Raises 404.1."""
    hashes = forms.list_sha256(unit.session, version_ids)
    return tuple(form_model(unit, one, hashes.get(one)) for one in version_ids)


def parsed(xml: bytes, sha256: str) -> FormModel:
    """The model of a definition whose SHA-256 is this. Raises 400.1, 400.2."""
    model = _recall(sha256)
    if model is None:
        try:
            model = parse_form(xml)
        except FormFault as fault:
            raise _problem(fault, xml) from fault
        with _lock:
            _known[sha256] = model
            while len(_known) > _LIMIT:
                _known.popitem(last=False)
    return model


def _recall(sha256: str) -> FormModel | None:
    with _lock:
        model = _known.get(sha256)
        if model is not None:
            _known.move_to_end(sha256)
        return model


def _problem(fault: FormFault, xml: bytes) -> problems.Problem:
    if fault.reason in ("no_form_id", "no_model", "no_instance"):
        return problems.missing_parameter("formId")
    if fault.reason == "malformed" and b"<instance" not in xml:  # it breaks off before any form could say its id
        return problems.missing_parameter("formId")
    return problems.unparseable("xml", len(xml), str(fault))
