"""A person at a browser who notices what every page owes them: words, room, targets for a thumb, peace in the console.

It must not know any one page. Tests drive `page`, and call `look` on each page they come to.
"""

import os
import re
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

PHONE, LAPTOP = (360, 740), (1280, 800)
SERIOUS = ("serious", "critical")
LEAST_TARGET = 40
SCREENS = os.environ.get("COLLECTOR_TEST_SCREENS")  # a folder to keep a picture of every page in

LISTEN = """document.addEventListener('securitypolicyviolation',
    one => console.error('CSP', one.violatedDirective, one.blockedURI, one.sourceFile, one.lineNumber))"""

FACTS = """least => {
  const shown = one => one.getClientRects().length && getComputedStyle(one).visibility !== 'hidden';
  const inSentence = one => getComputedStyle(one).display === 'inline';
  const controls = [...document.querySelectorAll(
    'button, .btn, .chip, .crumb, .nav a, .top a, summary, select, textarea, input:not([type=hidden]), table th a')];
  const small = controls.filter(one => shown(one) && !inSentence(one) && !one.closest('.vh, .leaflet-container'))
    .map(one => [one, (one.closest('label') || one).getBoundingClientRect()])
    .filter(([one, box]) => box.height < least || (box.width < least && !one.closest('table')))
    .map(([one, box]) => `${one.outerHTML.slice(0, 90)} ${Math.round(box.width)}x${Math.round(box.height)}`);
  const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
  return {
    title: document.title, lang: document.documentElement.lang,
    headings: [...document.querySelectorAll('h1')].map(one => one.textContent.trim()),
    width: document.scrollingElement.scrollWidth, room: innerWidth, small,
    twice: ids.filter((id, at) => ids.indexOf(id) !== at),
    broken: [...document.images].filter(one => one.complete && !one.naturalWidth).map(one => one.src),
    unlabelled: [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
      .filter(one => !one.labels.length && !one.ariaLabel).map(one => one.name)};
}"""


class Visitor:
    """One person with one window. script: whether their browser runs scripts; scheme: light or dark."""

    def __init__(self, browser: Browser, address: str, size: tuple[int, int] = PHONE, scheme: str = "light",
                 script: bool = True):
        self.size, self.scheme, self.script = size, scheme, script
        self.faults: list[str] = []
        self.seen: dict[str, str] = {}
        self._status = 0
        self.context = browser.new_context(
            base_url=address, viewport={"width": size[0], "height": size[1]}, color_scheme=scheme,
            java_script_enabled=script, locale="es-PE", has_touch=size == PHONE,
            reduced_motion="reduce")  # colours change at once
        self.context.set_default_timeout(20_000)
        self.context.add_init_script(LISTEN)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))
        self.page.on("response", self._answered)

    def go(self, path: str) -> None:
        """Nothing; the page of that path is loaded."""
        self.page.goto(path)

    def press(self, words: str, within: str = "main") -> None:
        """Nothing; the button or link of these words was pressed, and what it leads to is loaded."""
        pattern = re.compile(rf"^\s*{re.escape(words)}")
        found = self.page.locator(within).locator("button, a, summary").filter(has_text=pattern)
        found.locator("visible=true").first.click()
        self.page.wait_for_load_state()

    def text(self, within: str = "main") -> str:
        """What can be read there, spaces made one."""
        return " ".join(self.page.locator(within).first.inner_text().split())

    def look(self, name: str, status: int = 200) -> None:
        """Nothing, when the page is as every page should be. name: of the page, for pictures and for telling."""
        assert self._status == status, f"{name}: {self._status} at {self.page.url}\n{self.text('body')[:500]}"
        facts = self.page.evaluate(FACTS, LEAST_TARGET)
        where = f"{name} at {self.size[0]}"
        assert len(facts["headings"]) == 1 and facts["headings"][0], (where, facts["headings"])
        assert facts["title"].endswith("Collector") and len(facts["title"]) > len("Collector"), (where, facts["title"])
        assert facts["lang"] in ("es", "en"), (where, facts["lang"])
        assert facts["width"] <= facts["room"], f"{where}: scrolls sideways, {facts['width']} px"
        for fault in ("twice", "broken", "unlabelled", *(("small",) if self.size == PHONE else ())):
            assert not facts[fault], (where, fault, facts[fault])
        if SCREENS:
            self._picture(Path(SCREENS), name)
        if self.script and name not in self.seen:
            assert not self._barriers(), (where, self._barriers())
        self.seen[name] = self.page.url
        assert not self.faults, (where, self.faults)

    def close(self) -> None:
        """Nothing; the window is closed. Fails for what the console said last."""
        self.context.close()
        assert not self.faults, self.faults

    def _barriers(self) -> list[str]:
        """What shuts somebody out, in both colour schemes."""
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(AXE_SCRIPT)
        found = self._violations("{resultTypes: ['violations']}")
        self.page.emulate_media(color_scheme="dark" if self.scheme == "light" else "light")
        found += self._violations("{resultTypes: ['violations'], runOnly: ['color-contrast']}")
        self.page.emulate_media(color_scheme=self.scheme)
        return found

    def _violations(self, options: str) -> list[str]:
        found = self.page.evaluate(f"axe.run(document, {options}).then(all => all.violations)")
        return [f"{one['id']} ({one['impact']}): {[node['target'] for node in one['nodes'][:4]]}"
                f" {one['nodes'][0]['failureSummary']}" for one in found if one["impact"] in SERIOUS]

    def _picture(self, folder: Path, name: str) -> None:
        kind = f"{self.size[0]}-{self.scheme}{'' if self.script else '-plain'}"
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{name}-{kind}.png", full_page=True)

    def _said(self, message) -> None:
        # what could not be loaded is told by its answer, with its status
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"{self.page.url}: {message.text}")

    def _answered(self, response) -> None:
        if response.request.is_navigation_request():
            self._status = response.status
        elif response.status >= 400:
            self.faults.append(f"{response.status} {response.url}")
