"""What a webhook tells: its events, the body, the signature over it, the pauses between tries.

It must not know tables nor the network. `services/announcing` makes deliveries of it, `services/delivering` sends them.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping

from collector.domain.instance import Node
from collector.domain.values import parse_value

RECEIVED, EDITED, COMPLETE, RETURNED, DECIDED = EVENTS = (
    "submission.create", "submission.update.version", "submission.attachment.complete", "submission.return",
    "submission.update")
TEST = "webhook.test"
PAUSES = (1, 5, 15, 60, 180, 360, 720, 1440)  # minutes before the next try; after the last one the webhook halts
FAULTS = ("dns", "private", "connect", "tls", "timeout", "redirect", "status", "broken", "answers")
SIGNATURE, DELIVERY, EVENT = "Collector-Signature", "Collector-Delivery", "Collector-Event"
_TELLS = {DECIDED: ("reviewState", "move", "reason", "undoes"), RETURNED: ("returnId", "due"), EDITED: ("instanceId",)}


def body(uid: str, action: str, at: str, place: Mapping, actor: Mapping | None, record: Mapping | None,
         details: Mapping) -> dict:
    """What is told of an event, in the words of ODK Central's API. place: projectId, xmlFormId; at: as the API writes
    times; details: of the event, of which only what is no answer is told."""
    told = {key: details[key] for key in _TELLS.get(action, ()) if key in details}
    return {"id": uid, "action": action, "loggedAt": at, **place, "actor": actor, "submission": record,
            "details": told}


def written(told: Mapping) -> bytes:
    """The body as bytes; the same for the same body."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def signature(secret: str, timestamp: int, sent: bytes) -> str:
    """The value of the header: t=<seconds>,v1=<hex HMAC-SHA256 over '<seconds>.<body>'>."""
    made = hmac.new(secret.encode(), str(timestamp).encode() + b"." + sent, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={made}"


def pause_after(failures: int) -> int | None:
    """Minutes until the next try after so many failures in a row; None when there is none."""
    return PAUSES[failures - 1] if failures <= len(PAUSES) else None


def answers(root: Node) -> dict:
    """The answers of a record by the names of the form: groups are objects, repeats lists of objects, meta left out.

    Values as in a typed export: numbers, true and false, [latitude, longitude, altitude, accuracy], else text.
    """
    told: dict = {}
    for child in root.children:
        if child.name == "meta":
            continue
        kind = child.field.kind if child.field is not None else ""
        inner = bool(child.children) or kind in ("group", "repeat")
        value = answers(child) if inner else parse_value(child.field.type if child.field else "", child.text)
        if kind == "repeat":
            told.setdefault(child.name, []).append(value)
        else:
            told[child.name] = value
    return told
