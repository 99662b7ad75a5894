"""A real server and a real Chromium, once for all tests of the pages."""

import pytest
from playwright.sync_api import sync_playwright

from setup.system import chromium
from tests.browser.visitor import Visitor
from tests.live import EMAIL, PASSWORD, LiveServer

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync")


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
def server(tmp_path_factory):
    """A server with the forms of the library, and invented records to look at."""
    server = LiveServer(tmp_path_factory.mktemp("browser") / "data", options=("--demo",))
    server.start()
    yield server
    server.kill()


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
    def entered(visitor: Visitor, password: str = PASSWORD) -> None:
        visitor.page.fill("#email", EMAIL)
        visitor.page.fill("#password", password)
        visitor.press("Entrar")

    return entered
