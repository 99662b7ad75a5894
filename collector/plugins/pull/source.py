"""Room of the server that is asked: ODK Central or another Collector, over its API, signed in as a person.

It must not know what is done with the answers (`journey`). It only reads: whatever is there stays as it is.
"""

import threading
import time
from collections.abc import Callable
from urllib.parse import quote, urlsplit

import requests

PAUSES = (1.0, 3.0, 10.0, 30.0)  # seconds before it is asked again
WAITS = (10.0, 300.0)  # for a connection, between two bytes
BUSY = (429, 500, 502, 503, 504)
LOCAL = ("localhost", "127.0.0.1", "::1")


class Unanswered(Exception):
    """The server did not give what was asked for; the text is the sentence for the person. status: 0 without one."""

    def __init__(self, text: str, status: int = 0):
        super().__init__(text)
        self.status = status


class Source:
    """A server, asked below /v1. address: as its pages have it; pauses: before each further try.

    Several threads may ask at once.
    """

    def __init__(self, address: str, email: str, password: str, pauses: tuple[float, ...] = PAUSES):
        self.address = address.strip().rstrip("/").removesuffix("/v1")
        self._who = {"email": email, "password": password}
        self._pauses = pauses
        self._here = threading.local()
        self._lock = threading.Lock()
        self._sessions: list[requests.Session] = []
        self._token = ""

    @property
    def is_open(self) -> bool:
        """Whether passwords and answers could be read on the way."""
        parts = urlsplit(self.address)
        return parts.scheme == "http" and parts.hostname not in LOCAL

    def sign_in(self) -> None:
        """Nothing; what follows is asked as this person. Raises Unanswered."""
        answer = self._patiently(lambda: _attended(self._session.post(
            f"{self.address}/v1/sessions", json=self._who, timeout=WAITS, allow_redirects=False)))
        if answer.status_code != 200:
            raise Unanswered(f"{self.address} no dejó entrar a {self._who['email']}: {_said(answer)}",
                             answer.status_code)
        self._token = answer.json()["token"]

    def sign_out(self) -> None:
        """Nothing; the session over there is over, as far as it can be reached."""
        token, self._token = self._token, ""
        if token:
            try:
                self._session.delete(f"{self.address}/v1/sessions/current", timeout=WAITS,
                                     headers={"Authorization": f"Bearer {token}"})
            except requests.RequestException:
                return

    def ask(self, path: str, without: tuple[int, ...] = (), **query):
        """The JSON at a path, with extended metadata; None for a status of `without`. Raises Unanswered."""
        answer = self._read(path, query)
        if answer.status_code in without:
            return None
        try:
            return _good(answer, path).json()
        except requests.JSONDecodeError:
            raise Unanswered(f"{self.address}/v1{path} no respondió lo que responde ODK Central.") from None

    def content(self, path: str, without: tuple[int, ...] = ()) -> bytes | None:
        """The bytes at a path; None for a status of `without`. Raises Unanswered."""
        answer = self._read(path, {})
        return None if answer.status_code in without else _good(answer, path).content

    def pour(self, path: str, into: Callable):
        """What into(stream) makes of the bytes at a path, as they come; begun anew when they break off. Raises
        Unanswered."""
        def whole():
            with self._once(path, {}, stream=True) as answer:
                return _good(answer, path) and into(_Stream(answer.raw))
        return self._patiently(whole)

    def _read(self, path: str, query: dict):
        return self._patiently(lambda: self._once(path, query))

    def _once(self, path: str, query: dict, stream: bool = False):
        answer = self._get(path, query, stream)
        if answer.status_code == 401:
            answer.close()
            with self._lock:
                self.sign_in()
            answer = self._get(path, query, stream)
        return _attended(answer)

    def _get(self, path: str, query: dict, stream: bool):
        return self._session.get(
            f"{self.address}/v1{path}", params=query or None, timeout=WAITS, stream=stream,
            headers={"Authorization": f"Bearer {self._token}", "X-Extended-Metadata": "true"})

    def _patiently(self, act: Callable):
        """What act answers, tried again after pauses while the server is away or busy. Raises Unanswered."""
        for pause in (*self._pauses, None):
            try:
                return act()
            except _Busy as busy:
                fault = Unanswered(f"{self.address} no atiende: {busy.said}", busy.status)
            except (requests.RequestException, TimeoutError, ConnectionError) as away:
                fault = Unanswered(f"{self.address} no responde: {type(away).__name__}")
            except Exception as broken:
                if type(broken).__module__.partition(".")[0] != "urllib3":
                    raise
                fault = Unanswered(f"{self.address} dejó de responder: {type(broken).__name__}")
            if pause is None:
                raise fault
            time.sleep(pause)
        raise AssertionError

    def close(self) -> None:
        """Nothing; connections are given back."""
        for session in self._sessions:
            session.close()

    @property
    def _session(self) -> requests.Session:
        if not hasattr(self._here, "session"):
            self._here.session = requests.Session()
            self._here.session.auth = lambda request: request  # else a .netrc would take the place of our token
            self._sessions.append(self._here.session)
        return self._here.session


def at(*segments) -> str:
    """A path of these segments, each encoded whole."""
    return "".join(f"/{quote(str(one), safe='')}" for one in segments)


class _Busy(Exception):
    def __init__(self, said: str, status: int):
        super().__init__(said)
        self.said, self.status = said, status


class _Stream:
    """The bytes of an answer, unpacked, for who reads files."""

    def __init__(self, raw):
        self._raw = raw

    def read(self, size: int) -> bytes:
        return self._raw.read(size, decode_content=True)


def _attended(answer):
    if answer.status_code in BUSY:
        with answer:
            raise _Busy(_said(answer), answer.status_code)
    return answer


def _good(answer, path: str):
    if answer.status_code != 200:
        raise Unanswered(f"{path}: {_said(answer)}", answer.status_code)
    return answer


def _said(answer) -> str:
    try:
        return f"{answer.status_code} {answer.json()['message']}"
    except (ValueError, KeyError, TypeError, requests.RequestException):
        return str(answer.status_code)
