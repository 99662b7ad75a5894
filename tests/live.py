"""The real server as a process group of its own, to be asked over sockets, stopped, or killed.

It must not look into the data folder. Tests start it through the fixture `live` or make their own LiveServer.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import requests
from pyxform.xls2xform import convert

EMAIL = "admin@example.org"
PASSWORD = "una clave de prueba"
START_WITHIN = 120.0
COMMAND = Path(sys.executable).with_name("collector")


class LiveServer:
    """`collector serve` on a data folder; the address stays the same over restarts."""

    def __init__(self, data: Path, options: tuple[str, ...] = (), **environment: str):
        self.data = data
        self._options = options
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = data.parent / f"{data.name}.log"
        self._environment = environment
        self._process: subprocess.Popen | None = None

    @property
    def on_sqlite(self) -> bool:
        """Whether the database is the file in the data folder."""
        return "COLLECTOR_DATABASE_URL" not in self._environment

    def start(self, within: float = START_WITHIN) -> float:
        """Seconds until /health said 200. Raises RuntimeError with the end of the log when the server gives up."""
        began = time.monotonic()
        command = [COMMAND, "serve", "--data", self.data, "--port", str(self.port), *self._options]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, env=self._told(), stdin=subprocess.DEVNULL, stdout=log,
                                             stderr=log, start_new_session=True)
        while not self._healthy():
            if self._process.poll() is not None:
                raise RuntimeError(f"the server gave up: {self.said()}")
            if time.monotonic() - began > within:
                self.kill()
                raise RuntimeError(f"the server is not ready: {self.said()}")
            time.sleep(0.02)
        return time.monotonic() - began

    def kill(self) -> None:
        """Ends every process of the group at once, as a power cut would."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(30)
            self._process = None

    def kill_worker(self) -> None:
        """Ends the worker alone, as a lack of memory would; the server starts another."""
        for child in psutil.Process(self._process.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()

    def stop(self) -> int:
        """The exit status after asking it to end."""
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(30)
        finally:
            self.kill()

    def command(self, *words: str) -> subprocess.CompletedProcess:
        """What `collector` says to these words about the same data folder."""
        return subprocess.run([COMMAND, *words, "--data", self.data], env=self._told(), capture_output=True, text=True,
                              timeout=60, check=False)

    def said(self) -> str:
        """The end of what the server wrote."""
        return self.log.read_text(errors="replace")[-3000:]

    def administrator(self) -> "Api":
        """The API, asked by the first administrator."""
        answer = requests.post(f"{self.address}/v1/sessions", json={"email": EMAIL, "password": PASSWORD}, timeout=30)
        answer.raise_for_status()
        return Api(self.address, answer.json()["token"])

    def _told(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("COLLECTOR_")}
        return ours | {"COLLECTOR_ADMIN_EMAIL": EMAIL, "COLLECTOR_ADMIN_PASSWORD": PASSWORD,
                       "COLLECTOR_HASH_MEMORY": "8", "COLLECTOR_PUBLIC_URL": self.address, **self._environment}

    def _healthy(self) -> bool:
        try:
            return requests.get(f"{self.address}/health", timeout=5).status_code == 200
        except requests.RequestException:
            return False


class Api:
    """Requests below /v1 with a session's token; an answer of 400 and more is an error with its text."""

    def __init__(self, address: str, token: str):
        self._address = address
        self._http = requests.Session()
        self._http.headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        """Ends kept connections."""
        self._http.close()

    def ask(self, method: str, path: str, accept: tuple[int, ...] = (), **options) -> requests.Response:
        """The answer. accept: further statuses that are none of an error here."""
        answer = self._http.request(method, f"{self._address}/v1{path}", timeout=60, **options)
        good = answer.status_code < 400 or answer.status_code in accept
        assert good, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer

    def publish(self, xlsform: str, form_id: str = "", media: dict[str, bytes] | None = None) -> None:
        """Publishes a form, written as a table in Markdown, in the first project. media: needs the form id."""
        xform = convert(xlsform=xlsform, file_type=".md").xform
        self.post(f"/projects/1/forms?publish={'false' if media else 'true'}", data=xform.encode(),
                  headers={"Content-Type": "application/xml"})
        for name, content in (media or {}).items():
            self.post(f"/projects/1/forms/{form_id}/draft/attachments/{name}", data=content)
        if media:
            self.post(f"/projects/1/forms/{form_id}/draft/publish")

    def phone(self, name: str, *form_ids: str) -> dict:
        """A new app user of the first project that may fill these forms: id, token, ..."""
        made = self.post("/projects/1/app-users", json={"displayName": name})
        for form_id in form_ids:
            self.post(f"/projects/1/forms/{form_id}/assignments/2/{made['id']}")
        return made

    def get(self, path: str, **options):
        """The JSON that is there."""
        return self.ask("GET", path, **options).json()

    def post(self, path: str, **options):
        """The JSON answered."""
        return self.ask("POST", path, **options).json()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
