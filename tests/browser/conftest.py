"""A real server and a real Chromium, once for all tests of the pages."""

import re
import shutil
from types import SimpleNamespace

import pytest
from playwright.sync_api import sync_playwright

from setup.system import chromium
from tests.browser.visitor import Visitor
from tests.live import EMAIL, PASSWORD, LiveServer

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync")
STORY_WITHIN = 600.0  # seconds for eight months, on a machine that does other things too
PERSON = re.compile(r"(\w+)@demo\.local\s+contraseña: (\S+)")


@pytest.fixture(scope="session")
def browser():
    path = chromium()
    if path is None:
        pytest.skip("no Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def story(tmp_path_factory):
    """What `collector serve --demo` made: a data folder that nobody serves any more, and {name: (e-mail, password)} of
    the people whom it told of."""
    made = LiveServer(tmp_path_factory.mktemp("story") / "data", options=("--demo",))
    made.start(STORY_WITHIN)
    assert made.stop() == 0, made.said()
    told = {name: (f"{name}@demo.local", password) for name, password in PERSON.findall(made.said())}
    assert sorted(told) == ["analista", "coordinadora", "supervisora"], made.said()
    return SimpleNamespace(data=made.data, people=told)


@pytest.fixture(scope="session")
def demonstrated(story, tmp_path_factory):
    """Starts a server on its own copy of the demonstration, with these settings; it ends with the tests."""
    servers = []

    def started(**environment: str) -> LiveServer:
        data = tmp_path_factory.mktemp("browser") / "data"
        shutil.copytree(story.data, data)
        servers.append(LiveServer(data, options=("--demo",), **environment))
        servers[-1].start()
        return servers[-1]

    yield started
    for server in servers:
        server.kill()


@pytest.fixture(scope="session")
def server(demonstrated):
    """A server with the forms of the library, and a story of invented records to look at."""
    return demonstrated()


@pytest.fixture
def visit(browser, server):
    """A new visitor, opened as `visit(size=…, scheme=…, script=…)`; what their console said fails the test."""
    visitors = []

    def opened(**options) -> Visitor:
        visitors.append(Visitor(browser, server.address, **options))
        return visitors[-1]

    yield opened
    for visitor in visitors:
        visitor.close()


@pytest.fixture
def enter():
    """Signs a visitor in by the page."""
    def entered(visitor: Visitor, password: str = PASSWORD, email: str = EMAIL) -> None:
        visitor.page.fill("#email", email)
        visitor.page.fill("#password", password)
        visitor.press("Entrar")

    return entered
