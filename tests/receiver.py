"""Somebody who is told by webhooks: a real HTTP server in this process that keeps what it got and answers as told.

It must not use the server's own code: that is what is being tried.
"""

import hashlib
import hmac
import json
import ssl
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Got:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict:
        return json.loads(self.body)

    @property
    def id(self) -> str:
        return self.headers["collector-delivery"]

    def is_signed_with(self, secret: str, within: float = 300) -> bool:
        """Whether the signature is right and young."""
        parts = dict(part.split("=", 1) for part in self.headers["collector-signature"].split(","))
        made = hmac.new(secret.encode(), parts["t"].encode() + b"." + self.body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(made, parts["v1"]) and abs(time.time() - int(parts["t"])) < within


class Receiver:
    """answer: a function (handler, got) that answers; by default 204. Use as a context."""

    def __init__(self, answer=None, context: ssl.SSLContext | None = None):
        self.got: list[Got] = []
        self.answer = answer or (lambda handler, got: plain(handler, 204))
        self._arrived = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                got = Got(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                with receiver._arrived:
                    receiver.got.append(got)
                    receiver._arrived.notify_all()
                try:
                    receiver.answer(self, got)
                except OSError:
                    return

            do_GET = do_POST

            def log_message(self, *_about):
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_about: None
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"

    def wait_for(self, number: int, seconds: float = 30) -> list[Got]:
        """What came, once it is so many."""
        with self._arrived:
            self._arrived.wait_for(lambda: len(self.got) >= number, seconds)
        return list(self.got)

    def __enter__(self) -> "Receiver":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_about) -> None:
        self._server.shutdown()
        self._server.server_close()


def plain(handler, status: int, body: bytes = b"", **headers: str) -> None:
    """An answer."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
