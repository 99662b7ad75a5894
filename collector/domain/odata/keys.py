"""Ids of rows, links between them, and the place where a page ended, as clients of OData see them.

Must not know tables of the database. An id is ODK Central's, so that what was read from one server joins what is read
from another: the SHA-1 of the way down to the row.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from hashlib import sha1
from urllib.parse import quote

import orjson

from collector.domain import odata_problems
from collector.domain.columns import ROOT_NAME

_FORMAT = "01"
_LONGEST = 2000
_KEPT = "!'()*"  # what JavaScript leaves as it is in an address, beside letters, digits and -_.~


def row_id(instance_id: str, key: str) -> str:
    """The id of a row. key: '' for the root, 'grupo/hijos[2]/juguete[1]' for a row of a repeat."""
    if not key:
        return instance_id
    way = [f"{ROOT_NAME}#{instance_id}"]
    for step in key.split("/"):
        name, _, number = step.rpartition("[")
        way.append(f"{name}#{int(number[:-1]) - 1}" if name else f"{step}#")
    return sha1("%%".join(way).encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def row_link(instance_id: str, key: str, steps: tuple[str, ...]) -> str:
    """The address of a row below the service. steps: names down to it, as OData says them."""
    found = f"{ROOT_NAME}('{quote(instance_id, safe=_KEPT)}')"
    way = key.split("/") if key else []
    for at, (step, name) in enumerate(zip(way, steps, strict=True)):
        found += f"/{name}"
        if step.endswith("]"):
            found += f"('{row_id(instance_id, '/'.join(way[:at + 1]))}')"
    return found


def token_of(instance_id: str = "", row: str = "") -> str:
    """The $skiptoken of what follows a record, or a row of a repeat by its id."""
    place = {"repeatId": row} if row else {"instanceId": instance_id}
    return _FORMAT + b64encode(orjson.dumps(place)).decode()


def entity_token(uuid: str) -> str:
    """The $skiptoken of what follows an entity."""
    return _FORMAT + b64encode(orjson.dumps({"uuid": uuid})).decode()


def read_entity_token(token: str) -> str:
    """The identifier that `entity_token` put into it. Raises 400.35."""
    return _read(token, "uuid")


def read_token(token: str, of_repeat: bool) -> str:
    """The instanceID, or the id of a row, that `token_of` put into it. Raises 400.35."""
    return _read(token, "repeatId" if of_repeat else "instanceId")


def _read(token: str, name: str) -> str:
    try:
        place = orjson.loads(b64decode(token[2:], validate=True))
    except (NotBase64, ValueError):
        place = None
    found = place.get(name) if isinstance(place, dict) else None
    if not token.startswith(_FORMAT) or len(token) > _LONGEST or not isinstance(found, str) or "\x00" in found:
        raise odata_problems.token_invalid()
    return found
