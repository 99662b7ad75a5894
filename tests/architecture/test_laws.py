"""The ten laws of the house (docs/architecture.md), each kept by a test."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, modules

CEILING = 320
SCREEN = 62
NAMED_BY_OTHERS = {"collector.cli.main.get_command",  # click calls it by this name
                   "collector.cli.receiving.get_environment",  # waitress
                   "collector.store.prepared.get_bind"}  # SQLAlchemy
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "handler", "tools"}

# Services that may not ask `require` themselves, each with the reason.
ASKED_ELSEWHERE = {
    "collector.services.closing_returns": "closes and opens what a decision is about; who decides has asked",
    "collector.services.audit_logs": "reads for an export, which has asked for the form",
    "collector.services.datasets.describe": "what stands beside a list that find_dataset gave",
    "collector.services.dataset_uses.difference": "compares what was uploaded; forms and publishing ask for the form",
    "collector.services.dataset_uses.link_files": "of a form that publishing has asked for",
    "collector.services.list_files": "the part of a list that part_of leaves to who asks; media asks for the form",
    "collector.services.blobs": "whoever calls has asked for the thing that the file belongs to",
    "collector.services.extracting.listed_choices": "reads files of a form that open_extract or a count has asked for",
    "collector.services.rule_reading": "reads for services that have asked for the form, or are the system's",
    "collector.services.models": "hands out models to services that have asked for the form",
    "collector.services.definitions": "reads what was uploaded; publishing asks before it keeps anything",
    "collector.services.checkers": "hands out prepared rules to services that have asked for the submission",
    "collector.services.refusing.refusal": "tells a sender about its own answers; intake asks before it keeps them",
    "collector.services.parking": "a refusal is parked whoever sent it; that is its purpose",
    "collector.services.intake": "asks in _take, so that a refusal can be parked",
    "collector.services.ledger": "of a submission that intake has asked for",
    "collector.services.people": "finds out who asks: there is nobody yet to ask for",
    "collector.services.passwords": "knows no things, only passwords",
    "collector.services.tries": "counts failed sign-ins of strangers",
    "collector.services.condition.readiness": "open to all, so that a monitor can ask; tells no name or number of ours",
    "collector.services.condition.is_current": "compares two revisions of the tables",
    "collector.services.catalogue.project_language": "tells no more than the language that refusals are in",
    "collector.services.phones.saw": "notes the caller's own phone",
    "collector.services.returning": "tells a phone about its own returns",
    "collector.services.returns.returned": "marks records that a service has listed",
    "collector.services.packing.room": "makes a folder; nothing that anybody owns is read",
    "collector.services.publishing.prepare_file": "reads what was uploaded; publish_file asks before keeping it",
    "collector.services.pictures.small_picture": "draws a file that record_files.open_file has handed out",
    "collector.services.invitations.opened": "the token of the link is the right",
    "collector.services.invitations.place_name": "names the place of an invitation that was opened",
    "collector.services.resets": "the token of the link is the right; asking does the same for every e-mail",
    "collector.services.mailing": "hands over messages of steps, which are the system's",
    "collector.services.preferences.own": "the caller's own screens",
    "collector.services.public_links.require_unspent": "spends the caller's own link",
    "collector.services.sessions.current_session": "the caller's own session",
    "collector.services.sessions.end_current_session": "the caller's own session",
    "collector.services.sessions.used": "notes the caller's own session",
    "collector.services.sessions.end_of": "reckons with days",
    "collector.services.scopes": "is the question itself: which records the grants of who asks are for",
    "collector.services.projects.verbs_within": "tells the caller what their own grants hold",
    "collector.services.grants.place": "finds the place that list_grants, add_grant and drop_grant then ask for",
}
# A parameter of these names is what another service has answered after it asked.
ASKED_BEFORE = {"view", "phone", "found", "thing", "record", "shown", "feed"}


def test_imports_point_down():
    done = subprocess.run([str(Path(sys.executable).with_name("lint-imports")), "--no-cache"], cwd=ROOT,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("module", [*modules(), *modules("setup")], ids=lambda module: module.name)
def test_a_file_has_one_reason_and_a_function_one_screen(module):
    assert len(module.text.splitlines()) <= CEILING
    long = [node.name for node in module.functions if node.end_lineno - node.lineno + 1 > SCREEN]
    assert long == []


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_module_says_what_it_is_for(module):
    assert ast.get_docstring(module.tree), "a module's docstring says what the room is for"
    if module.path.name == "__init__.py" and "plugins" not in module.path.parts:
        pytest.fail("__init__.py files are empty")


def test_commit_is_written_once():
    places = {module.name for module in modules() for node in ast.walk(module.tree)
              if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"}
    assert places == {"collector.services.unit"}


def test_sql_stands_in_the_store():
    allowed = {"collector.services.unit", "collector.web.extensions", "collector.app"}
    places = {module.name for module in modules()
              if not module.name.startswith("collector.store") and module.name not in allowed
              for node in ast.walk(module.tree)
              if (isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "sqlalchemy")
              or (isinstance(node, ast.Import) and any(one.name.startswith("sqlalchemy") for one in node.names))}
    assert places == set()


def test_the_environment_is_read_in_settings_alone():
    places = {module.name for module in modules() if "os.environ" in module.text or "getenv" in module.text}
    assert places <= {"collector.settings"}


def test_problems_are_made_in_one_place():
    """web/errors alone makes further ones, for what Flask itself refused outside of any view."""
    places = {module.name for module in modules() for node in ast.walk(module.tree) if isinstance(node, ast.Call)
              and "Problem" in (getattr(node.func, "id", ""), getattr(node.func, "attr", ""))}
    rooms = {place for place in places if place.startswith("collector.domain.") and place.endswith("problems")}
    assert places == rooms | {"collector.web.errors"} and "collector.domain.problems" in rooms


def _public_services():
    for module in modules("collector/services"):
        if module.name in ASKED_ELSEWHERE:
            continue
        for node in module.tree.body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            names = [argument.arg for argument in node.args.args]
            if names[:1] == ["unit"] and not ASKED_BEFORE & set(names) \
                    and f"{module.name}.{node.name}" not in ASKED_ELSEWHERE:
                yield module, node


def _asks(module, node: ast.FunctionDef, seen: frozenset = frozenset()) -> bool:
    """Whether the function calls unit.require…, itself or through a function of its own module."""
    own = {one.name: one for one in module.tree.body if isinstance(one, ast.FunctionDef)}
    for call in (one for one in ast.walk(node) if isinstance(one, ast.Call)):
        if isinstance(call.func, ast.Attribute) and call.func.attr.startswith(("require", "may", "scope")):
            return True
        if isinstance(call.func, ast.Name) and _is_function_of_a_service(module, call.func.id):
            return True
        if isinstance(call.func, ast.Name) and call.func.id in own and call.func.id not in seen \
                and _asks(module, own[call.func.id], seen | {node.name, call.func.id}):
            return True
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) \
                and _is_service(module, call.func.value.id) and call.args \
                and isinstance(call.args[0], ast.Name) and call.args[0].id == "unit":
            return True
    return False


def _is_function_of_a_service(module, name: str) -> bool:
    return any(isinstance(one, ast.ImportFrom) and (one.module or "").startswith("collector.services.")
               and one.module not in ASKED_ELSEWHERE
               and any((alias.asname or alias.name) == name for alias in one.names)
               for one in ast.walk(module.tree))


def _is_service(module, name: str) -> bool:
    return any(isinstance(one, ast.ImportFrom) and one.module == "collector.services"
               and any((alias.asname or alias.name) == name for alias in one.names)
               for one in ast.walk(module.tree)) and f"collector.services.{name}" not in ASKED_ELSEWHERE


def test_every_service_asks_whether_one_may():
    silent = [f"{module.name}.{node.name}" for module, node in _public_services() if not _asks(module, node)]
    assert silent == []


def test_names_are_the_fields_own():
    bad = [module.name for module in modules() if module.path.stem in FORBIDDEN_NAMES]
    getters = [f"{module.name}.{node.name}" for module in modules() for node in module.functions
               if node.name.startswith("get_")]
    assert bad == [] and set(getters) <= NAMED_BY_OTHERS


def test_every_view_runs_in_a_unit_of_work(app):
    bare = {rule.endpoint for rule in app.url_map.iter_rules()
            if not hasattr(app.view_functions[rule.endpoint], "collector_frame")}
    assert bare <= {"static", "health.show", "static_files.show"}


def _open_endpoints(app, dialects: set[str]) -> set[str]:
    frames = {rule.endpoint: getattr(app.view_functions[rule.endpoint], "collector_frame", {})
              for rule in app.url_map.iter_rules()}
    return {endpoint for endpoint, frame in frames.items() if frame.get("open") and frame["dialect"] in dialects}


def test_pages_open_to_strangers_are_listed_here(app):
    assert _open_endpoints(app, {"html"}) <= {
        "sign_in.show", "sign_in.enter", "sign_in.leave", "menu.language", "joining.join", "joining.take",
        "joining.new_password", "joining.set_password", "joining.forgotten", "joining.send",
        "docs.show", "docs.explore", "docs.description"}


# Strangers are sent away with 401.2 before anything is looked for; these answer them.
ANSWERS_STRANGERS = {"api_sessions.sign_in", "health.show", "api_config.public", "api_config.public_one"}


def test_the_api_tells_strangers_nothing(app):
    app.config["COLLECTOR_RAISE_FAULTS"] = False
    told = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in _open_endpoints(app, {"json"}) - ANSWERS_STRANGERS:
            continue
        path = app.url_map.bind("localhost").build(rule.endpoint, dict.fromkeys(rule.arguments, 1))
        for method in rule.methods - {"OPTIONS", "HEAD"}:
            answer = app.test_client().open(path, method=method, headers={"X-OpenRosa-Version": "1.0"})
            if not 400 <= answer.status_code < 500:
                told.append((method, path, answer.status_code))
    assert told == []
