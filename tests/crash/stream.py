"""Clients that keep sending submissions, whatever becomes of the server, and remember what was acknowledged.

It must not look at what the server stored. `test_crash` compares it with the data folder.
"""

import random
import threading
import time
from dataclasses import dataclass, field

import requests

from tests import builders
from tests.phone import envelope

FORM = "simple"
TIMEOUT = (5, 30)


@dataclass
class Record:
    """One submission as a client knows it. acknowledged: files (by name) of POSTs that were answered 201."""

    instance_id: str
    xml: bytes
    files: dict[str, bytes]
    accepted: bool = False
    acknowledged: dict[str, bytes] = field(default_factory=dict)
    finished: bool = False
    seen: list[int] = field(default_factory=list)

    def posts(self):
        """The parts of each POST: files one at a time, so that a crash may come between."""
        names = list(self.files)
        for number, name in enumerate(names or [None]):
            parts = [("xml_submission_file", "a.xml", "text/xml", self.xml)]
            carried = {}
            if name is not None:
                carried[name] = self.files[name]
                parts.append((name, name, "image/jpeg", self.files[name]))
            if number < len(names) - 1:
                parts.append(envelope.INCOMPLETE)
            yield parts, carried


class Client(threading.Thread):
    """One phone: sends a submission until it is acknowledged, then the next, until told to make no more."""

    def __init__(self, url: str, number: int, enough: threading.Event):
        super().__init__(name=f"client-{number}", daemon=True)
        self.records: list[Record] = []
        self.interrupted = 0
        self.unexpected: list[str] = []
        self._url = url
        self._random = random.Random(number)
        self._enough = enough
        self._http = requests.Session()
        self._http.trust_env = False

    def run(self) -> None:
        while not self._enough.is_set():
            record = self._make()
            self.records.append(record)
            while not self._deliver(record):
                time.sleep(0.05)
        self._http.close()

    def _make(self) -> Record:
        rnd = self._random
        number = f"{rnd.getrandbits(128):032x}"
        names = [f"{number[:12]}-{index}.jpg" for index in range(rnd.choice((0, 1, 1, 2)))]
        shared = b"the same photo in many submissions" * 400
        files = {name: shared if rnd.random() < 0.2 else rnd.randbytes(rnd.randint(1, 90_000)) for name in names}
        questions = "".join(f"<{field}>{name}</{field}>" for field, name in zip(("foto", "firma"), names, strict=False))
        body = f"<nombre>{number * rnd.randint(1, 40)}</nombre><edad>{rnd.randint(1, 99)}</edad>{questions}"
        instance_id = f"uuid:{number}"
        return Record(instance_id, builders.a_submission(FORM, "1", body, instance_id).encode(), files)

    def _deliver(self, record: Record) -> bool:
        """Whether every POST of the submission was acknowledged in one go."""
        for parts, carried in record.posts():
            body, kind = envelope.body(parts)
            try:
                answer = self._http.post(self._url, data=body, timeout=TIMEOUT,
                                         headers={"X-OpenRosa-Version": "1.0", "Content-Type": kind})
            except requests.RequestException as fault:
                self.interrupted += not isinstance(fault, requests.ConnectTimeout) and "refused" not in str(fault)
                return False
            record.seen.append(answer.status_code)
            if answer.status_code != 201:
                if answer.status_code != 503:
                    self.unexpected.append(f"{answer.status_code}: {answer.text[:300]}")
                return False
            # in this order, so that whoever looks meanwhile never sees more acknowledged than was
            record.acknowledged.update(carried)
            record.accepted = True
        record.finished = True
        return True
