"""Texts of a form: labels, hints and messages in each language, and the media files they show.

Must not know binds, controls or answers.
Next: xform.py and xform_body.py hang these texts on the fields.
"""

import re
from dataclasses import dataclass

from lxml import etree

from collector.domain.fields import FILE_ADDRESS, MediaFile, Texts
from collector.domain.xmltext import local_name

JR = "{http://openrosa.org/javarosa}"

_reference = re.compile(r"^\s*jr:itext\(\s*(?:'([^']*)'|\"([^\"]*)\")\s*\)\s*$")
_folders = {"images": "image", "image": "image", "audio": "audio", "video": "video"}


@dataclass(slots=True)
class Shown:
    """What one element says: label (long form), guidance, media, each by language."""

    labels: Texts
    guidance: Texts
    media: dict[str, Texts]


class Itext:
    """All translations of a form, by text id."""

    def __init__(self, model: etree._Element):
        self.languages: list[str] = []
        self.default = ""
        self.long: dict[str, Texts] = {}
        self.guidance: dict[str, Texts] = {}
        self.media: dict[str, dict[str, Texts]] = {}
        self.files: dict[str, MediaFile] = {}
        for itext in model.iterchildren("{*}itext"):
            for translation in itext.iterchildren("{*}translation"):
                self._read(translation)
        if self.languages and not self.default:
            self.default = self.languages[0]

    def shown(self, element: etree._Element | None) -> Shown:
        """What a label, hint or item says, whether by reference or in place."""
        if element is None:
            return Shown({}, {}, {})
        named = referred(element.get("ref", ""))
        if named is not None:
            return self.by_id(named)
        text = written(element)
        return Shown({"": text} if text else {}, {}, {})

    def by_id(self, named: str) -> Shown:
        """What a text id says; empty when it is not among the translations."""
        return Shown(self.long.get(named, {}), self.guidance.get(named, {}), self.media.get(named, {}))

    def message(self, text: str | None) -> Texts:
        """A message of a bind: a reference to a text, or the text itself."""
        if not text:
            return {}
        named = referred(text)
        return self.long.get(named, {}) if named is not None else {"": text}

    def _read(self, translation: etree._Element) -> None:
        language = translation.get("lang", "")
        self.languages.append(language)
        if translation.get("default", "") not in ("", "false()", "false"):
            self.default = language
        for text in translation.iterchildren("{*}text"):
            named = text.get("id", "")
            for value in text.iterchildren("{*}value"):
                self._keep(named, language, value)

    def _keep(self, named: str, language: str, value: etree._Element) -> None:
        form = value.get("form")
        if form in (None, "long"):
            self.long.setdefault(named, {})[language] = written(value)
        elif form == "guidance":
            self.guidance.setdefault(named, {})[language] = written(value)
        elif form == "short":
            self.long.setdefault(named, {}).setdefault(language, written(value))
        else:
            self._keep_media(named, language, form, written(value))

    def _keep_media(self, named: str, language: str, form: str, address: str) -> None:
        file = media_file(address)
        if file is None:
            return
        self.media.setdefault(named, {}).setdefault(language, {})[form] = file.name
        self.files.setdefault(file.name, file)


def media_file(address: str) -> MediaFile | None:
    """The file that an address such as jr://images/a.png asks for; None when it is no file of the form."""
    found = FILE_ADDRESS.fullmatch(address.strip())
    return MediaFile(found[2], _folders.get(found[1], "file")) if found else None


def referred(text: str) -> str | None:
    """The text id inside jr:itext('id'), None for anything else."""
    found = _reference.match(text)
    if not found:
        return None
    return found[1] if found[1] is not None else found[2]


def written(element: etree._Element) -> str:
    """The text of an element, with ${expression} where it shows an answer."""
    if not len(element):
        return (element.text or "").strip()
    parts = [element.text or ""]
    for child in element:
        if local_name(child) == "output":
            parts.append("${" + (child.get("value") or child.get("ref") or "").strip() + "}")
        else:
            parts.append(written(child))
        parts.append(child.tail or "")
    return "".join(parts).strip()
