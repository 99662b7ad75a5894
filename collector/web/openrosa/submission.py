"""Room where phones deliver: HEAD asks whether they may, POST brings a submission, also for drafts.

It must not judge what came (`services/intake`). Source: OpenRosa Form Submission API 1.0; what Collect accepts.
"""

from functools import lru_cache
from urllib.parse import quote

from flask import Response, g, request
from flask_babel import force_locale, gettext, ngettext

from collector.domain import access, problems
from collector.domain.arrival import Kind
from collector.domain.formats import openrosa
from collector.services import catalogue, condition, forms, intake, phones, returning
from collector.services.unit import UnitOfWork
from collector.web import errors, return_words
from collector.web.api.answers import ENVELOPE, NOTHING, OPENROSA
from collector.web.blueprint import UnitBlueprint
from collector.web.openrosa.envelope import read_envelope

ACCEPT_LENGTH = "100000000"

openrosa_submission = UnitBlueprint("openrosa_submission", __name__, url_prefix="/v1", dialect="openrosa")
_DRAFT = "/projects/<int:project_id>/forms/<segment:xml_form_id>/draft/submission"


def knock(unit: UnitOfWork, project_id: int, xml_form_id: str = "") -> Response:
    """204: the phone may send. Raises 400.6 (no X-OpenRosa-Version), 401.2."""
    _require_version()
    if unit.actor is access.NOBODY:
        raise problems.not_authenticated()
    response = Response(status=204)
    response.headers["X-OpenRosa-Version"] = "1.0"
    response.headers["X-OpenRosa-Accept-Content-Length"] = ACCEPT_LENGTH
    # the caller's own host, since Collect takes no other; with it Collect asks once and not before each sending
    here = quote(request.path.removeprefix("/v1").encode(), safe="/")
    response.headers["Location"] = f"{request.host_url.rstrip('/')}{request.environ['collector.prefix']}{here}"
    return response


def unwrap(unit: UnitOfWork, project_id: int, xml_form_id: str = "") -> tuple[intake.Delivery, list]:
    """(the delivery in the body, the returns that wait for who sends it).

    Raises 400.6 (no X-OpenRosa-Version), 400.7, 400.36, 400.39, 404.4 (no such draft), 503.2 (disk nearly full).
    """
    try:
        _require_version()
        condition.require_room(unit.settings)
        sender = _sender(unit, project_id, xml_form_id)
        envelope = read_envelope(request, unit.blobs, unit.settings.max_body, unit.settings.largest_request)
    except problems.Problem:
        g.project_language = catalogue.project_language(unit, project_id)
        raise
    try:
        delivery = intake.unwrap(unit, project_id, envelope.xml, envelope.files, sender)
    finally:
        envelope.drop()
    is_told = delivery.is_awaited and not sender.draft_token
    return delivery, returning.waiting(unit, sender.device_id) if is_told else []


def deliver(unit: UnitOfWork, brought: tuple, project_id: int, xml_form_id: str = "") -> Response:
    """201 with what became of it, or the Problem for which it was parked."""
    delivery, waiting = brought
    outcome = intake.receive(unit, delivery)
    g.project_language = outcome.language
    phones.saw(unit, delivery.sender.device_id, delivery.sender.user_agent)
    if outcome.problem is not None:
        return _refusal(outcome)
    response = Response(openrosa.response(_thanks(outcome, waiting), "submit_success"), 201,
                        content_type="text/xml; charset=utf-8")
    response.headers.add("X-OpenRosa-Version", "1.0")
    response.headers.add("X-OpenRosa-Accept-Content-Length", ACCEPT_LENGTH)
    return response


openrosa_submission.add_url_rule("/projects/<int:project_id>/submission", "knock", knock, methods=["HEAD"], open=True,
                                answers={204: NOTHING})
openrosa_submission.add_url_rule("/projects/<int:project_id>/submission", "deliver", deliver, methods=["POST"],
                                 prepare=unwrap, answers={201: OPENROSA}, asks="deviceID", takes=ENVELOPE)
openrosa_submission.add_url_rule(_DRAFT, "knock_draft", knock, methods=["HEAD"], open=True, answers={204: NOTHING})
openrosa_submission.add_url_rule(_DRAFT, "deliver_draft", deliver, methods=["POST"], prepare=unwrap,
                                answers={201: OPENROSA}, asks="deviceID", takes=ENVELOPE)


def _require_version() -> None:
    version = request.headers.get("X-OpenRosa-Version", "")
    if version != "1.0":
        raise problems.bad_header("X-OpenRosa-Version", version)


def _sender(unit: UnitOfWork, project_id: int, xml_form_id: str) -> intake.Sender:
    """Who sends; at a draft's address it goes to the draft, whoever sends it."""
    token = request.environ.get("collector.draft_token")
    if xml_form_id and token is None:
        token = forms.find_form(unit, project_id, xml_form_id, forms.DRAFT).version.draft_token
    device, agent = _clean(request.args.get("deviceID", "")), _clean(request.headers.get("User-Agent", ""))
    return intake.Sender(device, agent, token)


def _refusal(outcome: intake.Outcome) -> Response:
    problem = outcome.problem
    if problem.status == 403 and g.actor.kind == "user":
        problem = problems.not_authenticated()
    return errors.respond(problem.set_aside() if outcome.parked else problem, "openrosa")


def _thanks(outcome: intake.Outcome, waiting: list) -> str:
    named = f" «{outcome.name}»" if outcome.name else ""
    said = _words(outcome.language, str(outcome.kind), outcome.missing) % {"named": named}
    edited = outcome.kind in (Kind.EDIT, Kind.EDIT_RESEND)
    left = [one for one in waiting if not edited or one.submission_id != outcome.submission_id]
    return f"{said} {return_words.waiting(outcome.language, left)}" if left else said


@lru_cache(256)
def _words(language: str, kind: str, missing: int) -> str:
    """The sentence with a hole for the record's name; remembered, because it is said to every submission."""
    with force_locale(language):
        if kind in ("resend", "edit_resend"):
            text = gettext("Ya lo teníamos%(named)s.")
        elif kind == "edit":
            text = gettext("Corrección recibida%(named)s.")
        else:
            text = gettext("Recibido%(named)s.")
        if missing:
            text += " " + ngettext("Falta %(num)d archivo.", "Faltan %(num)d archivos.", missing)
        return text


def _clean(text: str) -> str:
    """The text without what no database stores."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")[:300]
