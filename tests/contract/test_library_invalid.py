"""Wrong answers to the forms of the library: the phone's engine refuses them, and when such a record is sent all the
same the server finds the same fault at the same answer."""

from dataclasses import dataclass, field, replace

import pytest
from lxml import etree

from collector.domain.fields import FormModel
from collector.domain.xform import parse_form
from collector.domain.xmltext import read_xml
from tests import stored
from tests.contract.library_answers import filled, forced, place
from tests.live import Api, LiveServer
from tests.phone.envelope import Filled
from tests.phone.phone import Phone, instance_id

pytestmark = pytest.mark.contract

FUTURE, EARLY, MIDDLE, LATE = "2099-01-01", "2026-02-01", "2026-03-01", "2026-04-01"
COMMUNITY = "00000000-0000-4000-8000-000000000001"
SIGNED, TWISTED = "P0000001-8", "P0000010-8"  # two digits changed places


@dataclass(frozen=True)
class Fault:
    """A wrong answer by the question's name. given: answers by name, so that it is asked; turns: {repeat: how many}.

    turn: of the repeat where the fault is met.
    """

    name: str
    wrong: str
    given: dict[str, str] = field(default_factory=dict)
    turns: dict[str, int] = field(default_factory=dict)
    kind: str = "constraint"
    turn: int = 1

    def also(self, given: dict[str, str]) -> "Fault":
        return replace(self, given=given | self.given)


def required(name: str, **more) -> Fault:
    return Fault(name, "", kind="required", **more)


def elsewhere(name: str, wrong: str, **more) -> Fault:
    """A choice that is not offered."""
    return Fault(name, wrong, kind="choice", **more)


ONE_HOLDER = {"turns": {"autoridad": 1}}
HOLDER = {"junta_situacion": "una", "aut_ya_esta": "no", "aut_permiso": "acepta"}
FAULTS: dict[str, tuple[dict[str, str], list[Fault]]] = {
    "registro_comunidad": ({"consentimiento": "si", "accion": "nueva"}, [
        Fault("fecha_visita", FUTURE), Fault("nombre", "Ay"), required("nombre"),
        Fault("centro_poblado", "123"), elsewhere("ubigeo", "150101", given={"departamento": "loreto"}),
        Fault("progresiva", "306.5", {"tramo": "tramo_1"}), Fault("progresiva", "305", {"tramo": "tramo_2"}),
        Fault("partida", "n.º 1", {"inscripcion": "inscrita"}), Fault("comunicacion", "radio ninguno"),
        Fault("telefono_comunal", "965", {"comunicacion": "telefono"})]),
    "acreditacion_autoridades": ({"consentimiento": "si", "en_lista": "si", "comunidad": COMMUNITY}, [
        Fault("fecha_verif", FUTURE), Fault("consent_testigos", "0", {"consent_modo": "testigo"}),
        Fault("progresiva", "253", {"tramo": "orn"}), Fault("asiento", "123456789", {"inscripcion": "inscrita"}),
        Fault("vigencia_fecha", LATE, {"fecha_verif": MIDDLE, "inscripcion": "inscrita", "tiene_vigencia": "si"}),
        Fault("asamblea_fecha", LATE, {"fecha_verif": MIDDLE, "junta_situacion": "una"}),
        Fault("junta_hasta", EARLY, {"junta_situacion": "una", "junta_desde": MIDDLE}),
        Fault("junta_plazo", "7", {"junta_situacion": "una"}), required("junta_base", given={"junta_situacion": "una"}),
        Fault("aut_nombre", "EJEMPLO Ana 2", HOLDER, **ONE_HOLDER),
        Fault("aut_dni", "1234567", HOLDER | {"aut_doc_tipo": "dni"}, **ONE_HOLDER),
        Fault("aut_dni", "1234567A", HOLDER | {"aut_doc_tipo": "dni"}, **ONE_HOLDER),
        Fault("aut_hasta", EARLY, HOLDER | {"aut_igual": "no", "aut_desde": MIDDLE}, **ONE_HOLDER),
        Fault("programas", "salud no_sabe")]),
    "acuerdo_convivencia": ({"consentimiento": "si", "comunidad": COMMUNITY}, [
        Fault("fecha_firma", FUTURE), Fault("interp_nombre", "Ana", {"hay_interprete": "si", "interp_acepta": "si"}),
        Fault("asamblea_fecha", LATE, {"votacion": "unanime", "fecha_firma": MIDDLE}),
        Fault("vigencia_hasta", EARLY, {"vigencia_tipo": "fecha", "fecha_firma": MIDDLE}), required("clausulas"),
        Fault("comp_vence", EARLY, {"hay_compromisos": "si", "fecha_firma": MIDDLE}, {"compromiso": 2}),
        Fault("comp_que", "Techo", {"hay_compromisos": "si"}, {"compromiso": 1}),
        Fault("firm_dni", "123456789", {"firm_acepta": "si", "firm_doc_tipo": "dni"}, {"firmante": 1}),
        Fault("firm_nombre", "Beto 2", {"firm_acepta": "si", "firm_parte": "empresa"}, {"firmante": 1})]),
    "seguimiento_compromisos": ({"consentimiento": "si", "comunidad": COMMUNITY, "ver": "otro"}, [
        Fault("fecha_revision", FUTURE), Fault("nuevo_que", "Techo"), Fault("avance", "101", {"estado": "en_proceso"}),
        Fault("fecha_cumplido", LATE, {"fecha_revision": MIDDLE, "estado": "cumplido"}),
        Fault("razones", "clima no_sabe", {"estado": "incumplido"}),
        required("razones", given={"estado": "incumplido"}),
        required("razon_texto", given={"estado": "anulado", "razones": "otra"}),
        Fault("nueva_fecha", MIDDLE, {"fecha_revision": MIDDLE, "estado": "reprogramado"})]),
    "inscripcion_taller": ({"acepta": "si", "mayor_edad": "si"}, [
        Fault("nombres", "Ana 2"), Fault("apellidos", "A"), Fault("telefono", "812345678"),
        elsewhere("grupo_edad", "menor_18"), Fault("apoyos", "ninguno interprete"),
        Fault("interprete", "A", {"lengua_aviso": "awajun"}),
        Fault("qr", TWISTED, {"tiene_qr": "si"}), Fault("qr", "F0000001-8", {"tiene_qr": "si"}),
        required("qr", given={"tiene_qr": "si"})]),
    "asistencia_taller": ({"evento": "ejemplo_iquitos_1", "aviso_leido": "si"}, [
        Fault("fecha", FUTURE, turns={"asistente": 1}), Fault("presentes", "501", turns={"asistente": 1}),
        Fault("sin_datos", "11", {"presentes": "10"}, {"asistente": 1}),
        Fault("escaneo", TWISTED, turns={"asistente": 1}), Fault("escaneo", "EV0123-4", turns={"asistente": 1}),
        Fault("escaneo", SIGNED, turns={"asistente": 2}, turn=2),
        Fault("elegido", "00000000-0000-4000-8000-000000000501", {"escaneo": ""}, {"asistente": 2}, turn=2),
        required("elegido", given={"escaneo": ""}, turns={"asistente": 1})]),
    "evaluacion_taller": ({"acepta": "si", "momento": "post"}, [
        Fault("tarjeta_qr", "EV0132-4", {"tiene_tarjeta": "si"}), Fault("tarjeta_qr", SIGNED, {"tiene_tarjeta": "si"}),
        Fault("tarjeta_mano", "ev0123-4", {"tiene_tarjeta": "si", "tarjeta_qr": ""}),
        Fault("letras_madre", "M4", {"tiene_tarjeta": "no"}), Fault("dia_nac", "32", {"tiene_tarjeta": "no"}),
        required("k3"), elsewhere("k3", "quizas"), Fault("mejoras", "tiempo lengua ejemplos lugar"),
        Fault("mejoras", "nada lugar")]),
    "inscripcion_funcionario": ({"tramite": "nuevo", "acepta": "si", "municipio": "imaza"}, [
        Fault("nombres", "Gina 7"), required("unidad"), Fault("cursos", "ninguno planeamiento"),
        Fault("sistemas", "siaf ninguno"), Fault("celular", "96512345"), Fault("correo", "gina@ejemplo"),
        elsewhere("necesita", "ninguno"), elsewhere("municipio", "maynas")]),
    "evaluacion_capacidades_municipal": ({"acepta": "si", "en_lista": "no"}, [
        Fault("codigo_mano", "F0000010-8"), Fault("codigo_mano", SIGNED), required("areas"),
        Fault("pl_doc", "si", {"areas": "planeamiento", "pl4": "visto"}),
        required("co3", given={"areas": "contrataciones"}),
        Fault("barreras", "internet personal rotacion normas"), Fault("barreras", "ninguna internet")]),
    "asistencia_tecnica_municipal": ({"mes": "3", "municipio": "imaza", "desde": MIDDLE, "hasta": "2026-03-10"}, [
        Fault("desde", FUTURE), Fault("hasta", EARLY), Fault("hasta", LATE, {"desde": EARLY}),
        Fault("dias_presencial", "11"), Fault("h_pl", "0.3", {"areas": "planeamiento"}),
        Fault("h_co", "161", {"areas": "planeamiento contrataciones"}), Fault("dificultades", "ninguna tiempo"),
        Fault("prod_cui", "12345", {"hay_productos": "si", "prod_tipo": "ioarr", "prod_tiene_cui": "si"},
              {"producto": 1}),
        Fault("prod_enlace", "ftp://ejemplo", {"hay_productos": "si", "prod_sustento": "enlace"}, {"producto": 2}),
        elsewhere("prod_area", "inversiones", given={"hay_productos": "si", "areas": "planeamiento"},
                  turns={"producto": 1}),
        Fault("proxima_fecha", EARLY, {"proximo": "EJEMPLO Revisar el POI"})]),
    "articulacion_estado": ({"tipo_reg": "nueva"}, [
        Fault("fecha", FUTURE), Fault("necesidad", "Agua"), required("comunidades_otras", given={"comunidades": ""}),
        Fault("n_mujeres", "6", {"accion": "reunion", "n_comunidad": "5"}),
        Fault("fecha_limite", EARLY, {"fecha": MIDDLE, "hubo_compromiso": "si"}),
        Fault("recursos", "0", {"hay_recursos": "monto"}), Fault("cui", "12345", {"hay_recursos": "monto"}),
        elsewhere("estado", "cumplida", given={"hubo_compromiso": "no"}),
        Fault("fecha_paso", EARLY, {"fecha": MIDDLE, "estado": "presentada"})]),
    "cierre_jornada": ({}, [
        Fault("fecha", FUTURE), Fault("fecha", EARLY), Fault("brigada", "brigada del norte"),
        Fault("enviados_hoy", "13", {"enviados": "12"}), Fault("bateria", "101"), required("listos"),
        Fault("problemas", "gps ninguno"), required("problema_detalle", given={"problemas": "gps"})]),
}


def reference(model: FormModel, fault: Fault) -> str:
    """Where the fault must be found, with the place of its repeat's turn."""
    ref = place(model, fault.name)
    for repeat in fault.turns:
        above = place(model, repeat)
        if ref.startswith(above + "/"):
            ref = f"{above}[{fault.turn}]{ref[len(above):]}"
    return ref


@dataclass
class Brigade:
    """A phone with the forms and lists of a server, and who may read what the server found."""

    server: LiveServer
    api: Api
    phone: Phone


@pytest.fixture(scope="module")
def brigade(tmp_path_factory):
    """On a server of its own: wrong records change lists too."""
    folder = tmp_path_factory.mktemp("brigade")
    server = LiveServer(folder / "data")
    server.start()
    api = server.administrator()
    phone = Phone(f"{server.address}/v1/key/{api.phone('Celular', *FAULTS)['token']}/projects/1", folder / "phone")
    phone.sync()
    yield Brigade(server, api, phone)
    phone.close()
    api.close()
    server.kill()


def refusal(row: dict, ref: str) -> tuple[str, str]:
    """(kind, what the phone says): what keeps that record from being finished, or a choice that is not offered."""
    told = next(one for one in row["overrides"] if plain(one["ref"]) == plain(ref))
    if told["verdict"].startswith("choice"):
        return "choice", ""
    first = row["validate"] or {"ref": "", "kind": "nothing"}
    kind = first["kind"] if plain(first["ref"]) == plain(ref) else f"{first}"
    return kind, told.get("message") or ""


def plain(ref: str) -> str:
    """The engine names no first turn."""
    return ref.replace("[1]", "")


def put_back(record: Filled, ref: str, wrong: str) -> None:
    """Nothing; the record holds the choice that the engine took out of it."""
    root = read_xml(record.xml)
    node, = root.xpath("/".join(["", *(f"*[local-name() = '{name}']" for name in plain(ref).split("/")[1:])]))
    node.text = wrong
    (record.folder / "submission.xml").write_bytes(etree.tostring(root))


@pytest.mark.parametrize("form_id", FAULTS)
def test_the_phone_refuses_it_and_the_server_finds_it(form_id, filler, brigade, tmp_path):
    phone, form = brigade.phone, brigade.phone.forms[form_id]
    opening, faults = FAULTS[form_id]
    model = parse_form(form.xml.read_bytes())
    faults = [one.also(opening) for one in faults]
    answers = [forced(model, one.given | {one.name: one.wrong}, one.turns) for one in faults]
    done = filled(filler, form.xml, form.media, phone.lists, tmp_path / "filled", answers, "--reuse")
    told = [refusal(row, reference(model, one)) for (_record, row), one in zip(done, faults, strict=True)]
    assert [kind for kind, _message in told] == [one.kind for one in faults]
    for (record, _row), fault in zip(done, faults, strict=True):
        if fault.kind == "choice":
            put_back(record, reference(model, fault), fault.wrong)
        assert phone.send(record, form).status == 201, "kept first, judged afterwards"
    assert stored.until(lambda: not stored.waiting_steps(brigade.server.data), 60)
    for (record, _row), fault, (kind, message) in zip(done, faults, told, strict=True):
        found = errors(brigade.api, form_id, instance_id(record))
        assert (kind, plain(reference(model, fault))) in found, (fault, found)
        assert message in found[kind, plain(reference(model, fault))], (fault, found)
        assert {one for one, _ref in found} <= {kind, "required"}, (fault, found)


def errors(api: Api, form_id: str, record: str) -> dict[tuple[str, str], str]:
    """{(kind, ref): what is said} of what the server found wrong with the answers by the form's own rules."""
    told = api.get(f"/projects/1/forms/{form_id}/submissions/{record}/findings", headers={"Accept-Language": "es"})
    return {(one["kind"], plain(one["ref"])): one["message"] for one in told
            if one["severity"] == "error" and one["kind"] not in ("file", "rule", "entity")}
