"""A prepared data folder made once by the real command, and real servers as processes of their own."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from collector.__main__ import _application
from collector.cli.main import collector

COMMAND = [sys.executable, "-m", "collector"]
EMAIL, PASSWORD = "jefa@ejemplo.org", "una-clave-de-prueba"


def environment(**changes: str) -> dict[str, str]:
    """The environment of a command: none of the caller's own settings, cheap hashes."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("COLLECTOR_")}
    return plain | {"COLLECTOR_HASH_MEMORY": "8", "PYTHONUNBUFFERED": "1"} | changes


@dataclass
class Server:
    """A running `collector serve`. said: all that it printed so far, in `log`."""

    process: subprocess.Popen
    log: Path
    address: str = ""

    @property
    def said(self) -> str:
        return self.log.read_text()

    @property
    def faults(self) -> list[str]:
        """Its lines that tell of a fault of ours, caught or not."""
        return [line for line in self.said.splitlines() if '"fault"' in line or "Traceback" in line]

    def open(self, path: str, data: bytes | None = None, headers: dict | None = None, timeout: float = 10):
        request = urllib.request.Request(self.address + path, data=data, headers=headers or {})
        return urllib.request.urlopen(request, timeout=timeout)

    def workers(self) -> list[int]:
        import psutil
        return [child.pid for child in psutil.Process(self.process.pid).children()]

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)


@dataclass
class Servers:
    """Starts servers, and ends at the end what still runs."""

    room: Path
    running: list[Server] = field(default_factory=list)

    def start(self, data: Path, *options: str, ready: float = 40, **changes: str) -> Server:
        log = self.room / f"server-{len(self.running)}.log"
        with log.open("wb") as file:
            process = subprocess.Popen([*COMMAND, "serve", "--port", "0", "--data", str(data), *options], stdout=file,
                                       stderr=subprocess.STDOUT, env=environment(**changes), start_new_session=True)
        server = Server(process, log)
        self.running.append(server)
        until = time.monotonic() + ready
        while not (found := re.search(r"Dirección: +(\S+)\n", server.said)) or "English:" not in server.said:
            assert process.poll() is None, server.said
            assert time.monotonic() < until, server.said
            time.sleep(0.02)
        server.address = found[1]
        return server

    def refused(self, data: Path, *options: str, **changes: str) -> subprocess.CompletedProcess:
        return subprocess.run([*COMMAND, "serve", "--port", "0", "--data", str(data), *options], capture_output=True,
                              text=True, env=environment(**changes), timeout=40, check=False)


@pytest.fixture
def servers(tmp_path):
    made = Servers(tmp_path)
    yield made
    for server in made.running:
        if server.process.poll() is None:
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory) -> Path:
    """A data folder as `collector prepare` leaves it."""
    folder = tmp_path_factory.mktemp("prepared") / "data"
    subprocess.run([*COMMAND, "prepare", "--data", str(folder)], check=True, capture_output=True,
                   env=environment(COLLECTOR_ADMIN_EMAIL=EMAIL, COLLECTOR_ADMIN_PASSWORD=PASSWORD))
    return folder


@pytest.fixture
def data(prepared, tmp_path) -> Path:
    """A copy of the prepared data folder."""
    return Path(shutil.copytree(prepared, tmp_path / "data"))


@pytest.fixture
def run(data, monkeypatch):
    """Runs a command on the copy, in this process: its result has exit_code, stdout, stderr."""
    monkeypatch.setenv("COLLECTOR_DATA", str(data))
    monkeypatch.setenv("COLLECTOR_HASH_MEMORY", "8")

    def go(*arguments: str):
        return CliRunner().invoke(collector, arguments, obj=_application, catch_exceptions=False)

    return go
