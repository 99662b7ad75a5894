"""What makes two records of a form look the same: the answers that a person gave, or those of the form's key.

Must not know other records nor where marks are kept. What a phone writes by itself tells nothing: identifiers, times of
filling, calculations. Next: `services/alike_marks` keeps what is found here, `queries/alike` compares it.
"""

import hashlib
from dataclasses import dataclass

from lxml import etree

from collector.domain.fields import Field, FormModel
from collector.domain.folded import fold
from collector.domain.instance import is_encrypted
from collector.domain.xmltext import local_name

CONTENT, KEY = "content", "key"
SAID = "said"  # the content where it is not compared: so that a change of it is seen
MOST_KEY = 4  # fields of a key
_PLACES = ("geopoint", "geotrace", "geoshape")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is read of a record. asked: paths of what people answer; repeats: paths; key: paths, in their order."""

    asked: frozenset[str]
    repeats: frozenset[str]
    key: tuple[str, ...] = ()
    content: bool = True


def plan(model: FormModel, key: tuple[str, ...] = (), content: bool = True) -> Plan:
    """What of a record of this form is compared."""
    asked = frozenset(one.path for one in model.leaves()
                      if one.control and not one.preload and not one.calculate and not one.is_note)
    return Plan(asked, frozenset(one.path for one in model.repeats()), key, content)


def key_fields(model: FormModel) -> list[Field]:
    """The fields that a form's key may be made of, in the form's order: one value per record, told in a word or two."""
    return [one for one in model.leaves()
            if not one.repeat and not one.binary and not one.preload and not one.is_note and one.type not in _PLACES
            and (one.control or one.calculate) and not one.path.startswith("/meta/")]


def digests(wanted: Plan, root: etree._Element) -> dict[str, bytes]:
    """What a record says, {kind: sixteen bytes}: all that people answered, and its key when every field of that is
    answered. Nothing for what is encrypted or empty."""
    if is_encrypted(root):
        return {}
    said: list[tuple[str, str]] = []
    key: dict[str, str] = {}
    _gather(root, "", "", wanted, said, key)
    found = {}
    if said:
        found[CONTENT if wanted.content else SAID] = _digest(part for one in sorted(said) for part in one)
    if wanted.key and all(key.get(path) for path in wanted.key):
        found[KEY] = _digest(part for path in wanted.key for part in (path, key[path]))
    return found


def _gather(element: etree._Element, path: str, ref: str, wanted: Plan, said: list, key: dict[str, str]) -> None:
    counts: dict[str, int] = {}
    for child in element:
        if any(name.endswith("}template") for name in child.attrib):
            continue
        name = local_name(child)
        below, here = f"{path}/{name}", f"{ref}/{name}"
        if below in wanted.repeats:
            counts[name] = counts.get(name, 0) + 1
            here += f"[{counts[name]}]"
        if len(child):
            _gather(child, below, here, wanted, said, key)
        elif text := (child.text or "").strip():
            if below in wanted.asked:
                said.append((here, text))
            if below in wanted.key:
                key.setdefault(below, fold(text))


def _digest(parts) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "replace")
        digest.update(len(data).to_bytes(4, "big"))
        digest.update(data)
    return digest.digest()
