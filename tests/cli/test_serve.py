"""The server as a process: first start, second start, refusals, its worker, its end."""

import json
import os
import signal
import socket
import threading
import time
import urllib.error
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from collector.cli import network
from tests.cli.conftest import EMAIL, PASSWORD


def test_a_first_start_says_how_to_sign_in_and_publishes_the_library(servers, tmp_path):
    server = servers.start(tmp_path / "new", COLLECTOR_ADMIN_EMAIL="jefe@ejemplo.org")
    password = server.said.split("Contraseña:")[1].split()[0]
    body = json.dumps({"email": "jefe@ejemplo.org", "password": password}).encode()
    with server.open("/v1/sessions", body, {"Content-Type": "application/json"}) as answer:
        token = json.load(answer)["token"]
    with server.open("/v1/projects/1/forms", headers={"Authorization": f"Bearer {token}"}) as answer:
        forms = json.load(answer)
    library = {path.stem for path in (Path(__file__).parents[2] / "forms").glob("*.xlsx")}
    assert {form["xmlFormId"] for form in forms} == library and len(library) == 13
    assert "Formularios publicados: 13." in server.said and "No se publicó" not in server.said


def test_a_second_start_is_quick_and_a_second_server_is_refused(servers, data):
    server = servers.start(data)
    with server.open("/health") as answer:
        assert answer.status == 200 and answer.headers["Server"] is None
        assert json.load(answer) == {"status": "ok", "checks": {"database": "ok", "disk": "ok", "writer": "ok"}}
    # The promise is 3 s on a quiet machine. Tests share theirs with others, so this looks at the processor's time,
    # which neighbours stretch less; a first start costs twice as much.
    assert sum(psutil.Process(server.process.pid).cpu_times()[:2]) < 8
    assert "Contraseña" not in server.said and "Preparando" not in server.said
    refused = servers.refused(data)
    assert refused.returncode == 1
    assert "Otro servidor ya usa la carpeta de datos" in refused.stderr and "Traceback" not in refused.stderr
    workers = server.workers()
    assert workers
    begun = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - begun < 15
    assert not any(psutil.pid_exists(worker) for worker in workers)
    assert "terminó en orden" in server.said and server.faults == []


def test_control_c_ends_it_in_order(servers, data):
    server = servers.start(data, COLLECTOR_PUBLIC_URL="https://datos.example.org")
    assert server.address == "https://datos.example.org" and "--lan" not in server.said
    os.killpg(server.process.pid, signal.SIGINT)  # as a terminal does: to the worker as well
    assert server.process.wait(20) == 0
    assert "terminó en orden" in server.said and server.faults == []


def test_requests_that_came_whole_are_answered_before_the_end(servers, data):
    server = servers.start(data, COLLECTOR_HASH_MEMORY="262144")  # a sign-in that takes a while
    answers = []

    def sign_in():
        body = json.dumps({"email": EMAIL, "password": "otra-clave-cualquiera"}).encode()
        try:
            server.open("/v1/sessions", body, {"Content-Type": "application/json"})
        except urllib.error.HTTPError as answer:
            answers.append(answer.code)

    threads = [threading.Thread(target=sign_in) for _each in range(2)]
    for thread in threads:
        thread.start()
    time.sleep(0.15)
    assert server.stop() == 0
    for thread in threads:
        thread.join()
    assert answers == [401, 401]


def test_it_ends_though_a_slow_phone_is_in_the_middle(servers, data):
    server = servers.start(data)
    place = urlsplit(server.address)
    with socket.create_connection((place.hostname, place.port)) as phone:
        phone.sendall(b"POST /v1/projects/1/submission HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nabc")
        time.sleep(0.2)
        begun = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - begun < 8  # and not the 120 s that a silent phone has


def test_a_worker_that_dies_is_started_again_and_none_outlives_its_server(servers, data):
    server = servers.start(data)
    first = server.workers()[0]
    os.kill(first, signal.SIGKILL)
    until = time.monotonic() + 15
    while not (now := server.workers()) or first in now:
        assert time.monotonic() < until, server.said
        time.sleep(0.05)
    worker = psutil.Process(now[0])
    assert server.stop(signal.SIGKILL) == -signal.SIGKILL
    worker.wait(20)
    assert servers.start(data).stop() == 0, "the folder is free again"


def test_a_wrong_setting_stops_the_start_and_names_the_variable(servers, data):
    refused = servers.refused(data, COLLECTOR_THREADS="muchos")
    assert refused.returncode == 1
    assert "COLLECTOR_THREADS" in refused.stderr and "Traceback" not in refused.stderr


def test_a_taken_port_is_told(servers, data):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = servers.refused(data, "--port", str(taken.getsockname()[1]))
    assert refused.returncode == 1
    assert "No se puede escuchar" in refused.stderr and "--port" in refused.stderr


def test_a_folder_that_cannot_be_made_is_told(servers, tmp_path):
    (tmp_path / "file").write_text("")
    refused = servers.refused(tmp_path / "file" / "data")
    assert refused.returncode == 1
    assert "No se puede usar la carpeta de datos" in refused.stderr and "Traceback" not in refused.stderr


def test_an_administrators_password_that_is_too_short_is_refused(servers, tmp_path):
    refused = servers.refused(tmp_path / "new", COLLECTOR_ADMIN_PASSWORD="corta")
    assert refused.returncode == 1
    assert "contraseña" in refused.stderr and "Traceback" not in refused.stderr


def test_lan_tells_the_address_of_this_machine_and_what_collect_accepts(servers, data, run):
    server = servers.start(data, "--lan")
    address = network.own_address() or "127.0.0.1"
    assert server.address.startswith(f"http://{address}:")
    assert "no acepta usuario y contraseña" in server.said
    assert "not a user name with password" in server.said
    server.open("/health").close()
    made = json.loads(run("phone", "add", "Uno", "--json").stdout)
    assert made["serverUrl"].startswith(f"{server.address}/v1/key/"), "QR codes of the command line have it too"


def test_what_is_sent_is_flattened_by_the_worker_at_once(servers, data, run):
    server = servers.start(data)
    made = json.loads(run("phone", "add", "Uno", "--json").stdout)
    versions = {one["xmlFormId"]: one["version"] for one in json.loads(run("form", "list", "--json").stdout)}
    version = versions["evaluacion_taller"]
    xml = (f"<data id='evaluacion_taller' version='{version}'><momento>pre</momento>"
           "<meta><instanceID>uuid:1</instanceID></meta></data>")
    body = ("--x\r\nContent-Disposition: form-data; name=\"xml_submission_file\"; filename=\"s.xml\"\r\n"
            f"Content-Type: text/xml\r\n\r\n{xml}\r\n--x--\r\n").encode()
    headers = {"Content-Type": "multipart/form-data; boundary=x", "X-OpenRosa-Version": "1.0"}
    with server.open(f"/v1/key/{made['token']}/projects/1/submission", body, headers) as answer:
        assert answer.status == 201
    until = time.monotonic() + 10
    while (waiting := json.loads(run("doctor", "--json").stdout)["findings"][3]["text"]) and \
            not waiting.startswith("0 pasos"):
        assert time.monotonic() < until, waiting
        time.sleep(0.1)
    assert server.stop() == 0
    assert PASSWORD not in server.said


def test_its_log_has_a_json_line_for_each_request_and_no_key_in_it(servers, data):
    server = servers.start(data, COLLECTOR_LOG_LEVEL="DEBUG")
    key = "k" * 63 + "1"
    try:
        server.open(f"/v1/key/{key}/projects/1/formList?deviceID=secreto", headers={"X-OpenRosa-Version": "1.0"})
        told = None
    except urllib.error.HTTPError as answer:
        told = answer.headers["X-Request-Id"]
    until = time.monotonic() + 10
    while not (lines := [json.loads(line) for line in server.said.splitlines() if told and told in line]):
        assert time.monotonic() < until, server.said
        time.sleep(0.05)
    assert server.stop() == 0
    line, = lines
    assert line["route"] == "/v1/projects/<int:project_id>/formList" and line["status"] == 403
    assert line["problem"] == 403.1 and line["message"] == "request"
    assert key not in server.said and "secreto" not in server.said and server.faults == []
