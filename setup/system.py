"""What the tests need besides Python: Chromium, a JDK for the phone, LibreOffice. Found, or got by apt-get.

Knows where systems keep them, not which test uses them. Tests may ask `chromium()`, `jdk()` and `office()` too.
"""
import os
import re
import shutil
from pathlib import Path

from setup.speech import attempt, last_lines, say

OLDEST_JDK = 17
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_PLACES = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
                   "/Applications/Chromium.app/Contents/MacOS/Chromium")
JDK_PLACES = ("/usr/lib/jvm", "/Library/Java/JavaVirtualMachines", "/opt/java", "/opt/jdk")
OFFICE_PLACES = ("/Applications/LibreOffice.app/Contents/MacOS/soffice",)
CHROMIUM_PACKAGES = ("chromium fonts-liberation", "chromium-browser fonts-liberation")
JDK_PACKAGES = ("openjdk-17-jdk-headless", "openjdk-21-jdk-headless", "default-jdk-headless")

OFFICE_PACKAGES = ("libreoffice-calc",)


def chromium() -> str | None:
    """The path of a Chromium, or None: COLLECTOR_TEST_CHROMIUM, else the first known name that is there."""
    named = os.environ.get("COLLECTOR_TEST_CHROMIUM")
    found = [named] if named else [shutil.which(name) for name in CHROMIUM_NAMES] + [*CHROMIUM_PLACES]
    return next((path for path in found if path and os.access(path, os.X_OK)), None)


def jdk() -> Path | None:
    """The home of a JDK (java and javac) of 17 or newer, or None: COLLECTOR_TEST_JAVA_HOME first."""
    return next((home for home in _jdk_homes() if _jdk_version(home) >= OLDEST_JDK), None)


def office() -> str | None:
    """The path of LibreOffice's soffice, or None: COLLECTOR_TEST_SOFFICE first."""
    named = os.environ.get("COLLECTOR_TEST_SOFFICE")
    found = [named] if named else [shutil.which("soffice"), *OFFICE_PLACES]
    return next((path for path in found if path and os.access(path, os.X_OK)), None)


def _jdk_homes():
    for variable in ("COLLECTOR_TEST_JAVA_HOME", "JAVA_HOME"):
        if os.environ.get(variable):
            yield Path(os.environ[variable])
    if shutil.which("javac"):
        yield Path(shutil.which("javac")).resolve().parent.parent
    for place in map(Path, JDK_PLACES):
        for home in sorted(place.glob("*")):
            yield home
            yield home / "Contents" / "Home"


def _jdk_version(home: Path) -> int:
    """17 for a JDK 17; 0 where there is no java, no javac or no telling."""
    if not all(os.access(home / "bin" / tool, os.X_OK) for tool in ("java", "javac")):
        return 0
    try:
        told = (home / "release").read_text(errors="replace")
    except OSError:
        told = attempt([home / "bin" / "javac", "-version"]).stdout
    version = re.search(r'JAVA_VERSION="(\d+)|javac (\d+)', told)
    return int(version[1] or version[2]) if version else 0


def provide() -> dict[str, str]:
    """What is missing after all that could be done: what does not run without it -> how to get it.

    Sets COLLECTOR_TEST_CHROMIUM, COLLECTOR_TEST_JAVA_HOME and COLLECTOR_TEST_SOFFICE for the tests.
    """
    missing = {}
    browser = chromium() or (_install(CHROMIUM_PACKAGES) and chromium())
    if browser:
        os.environ["COLLECTOR_TEST_CHROMIUM"] = browser
    else:
        missing["browser tests (no Chromium)"] = "apt-get install chromium, or set COLLECTOR_TEST_CHROMIUM"
    home = jdk() or (_install(JDK_PACKAGES) and jdk())
    if home:
        os.environ["COLLECTOR_TEST_JAVA_HOME"] = str(home)
    else:
        missing["phone tests (no JDK 17+)"] = "apt-get install openjdk-17-jdk-headless, or set JAVA_HOME"
    soffice = office() or (_install(OFFICE_PACKAGES) and office())
    if soffice:
        os.environ["COLLECTOR_TEST_SOFFICE"] = soffice
    else:
        missing["spreadsheet test (no LibreOffice)"] = "apt-get install libreoffice-calc, or set COLLECTOR_TEST_SOFFICE"
    return missing


def _install(choices: tuple[str, ...]) -> bool:
    """Whether apt-get could install the first of these that this system has."""
    apt, sudo = shutil.which("apt-get"), shutil.which("sudo")
    if not apt:
        return False
    as_root = []
    if os.geteuid() != 0:
        if not sudo or attempt([sudo, "-n", "true"]).returncode:
            return False
        as_root = [sudo, "-n"]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    say(f"Instalando {choices[0]} para las pruebas …")
    attempt([*as_root, apt, "update", "-q"], env=quiet)
    for choice in choices:
        command = [*as_root, apt, "install", "-y", "-q", "--no-install-recommends", *choice.split()]
        done = attempt(command, env=quiet)
        if done.returncode == 0:
            return True
    say(last_lines(done, 3))
    return False
