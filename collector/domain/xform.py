"""XForm XML -> FormModel: the one reader of form definitions, pyxform's output and hand-written forms alike.

Must not know XLSForm (xlsform.py) nor answers. What it does not understand it lists in `not_evaluated`, with its place.
Next: fields.FormModel, compiled once per published version and read by everything else.
"""

from lxml import etree

from collector.domain.fields import Field, FormModel, MediaFile, NotEvaluated
from collector.domain.xform_body import ACTIONS, Body, extras, read_action
from collector.domain.xform_entities import ENTITIES, dataset_of, declared_entities
from collector.domain.xform_lists import read_instances
from collector.domain.xform_places import place
from collector.domain.xform_texts import JR, Itext, media_file, written
from collector.domain.xmltext import FORM_TAGS, XMLFault, local_name, read_xml, version_of

_TYPES = {
    "": "string", "string": "string", "select1": "select1", "select": "select", "rank": "rank", "odk:rank": "rank",
    "int": "int", "integer": "int", "long": "int", "decimal": "decimal", "double": "decimal", "float": "decimal",
    "boolean": "boolean", "date": "date", "time": "time", "dateTime": "dateTime", "datetime": "dateTime",
    "geopoint": "geopoint", "geotrace": "geotrace", "geoshape": "geoshape", "binary": "binary",
    "barcode": "barcode", "intent": "intent",
}
_BIND = {"relevant": "relevant", "required": "required", "constraint": "constraint", "calculate": "calculate",
         "readonly": "readonly", JR + "preload": "preload", JR + "preloadParams": "preload_params"}
_BIND_OWN = {"nodeset", "ref", "id", "type", "relevant", "required", "constraint", "calculate", "readonly",
             "jr:preload", "jr:preloadParams", "jr:constraintMsg", "jr:requiredMsg", "entities:saveto",
             "constraintMsg", "requiredMsg"}
_MODEL_KNOWN = {"instance", "bind", "itext", "submission", *ACTIONS}


class FormFault(Exception):
    """A definition that cannot be a form. place: where, as a path, element or line.

    reason: malformed, doctype, too_big, too_deep, empty, no_model, no_instance, no_form_id, duplicate_node.
    """

    def __init__(self, reason: str, place: str = ""):
        super().__init__(f"{reason} at {place}" if place else reason)
        self.reason = reason
        self.place = place


def parse_form(xml: bytes | str) -> FormModel:
    """The model of a form. Raises FormFault."""
    try:
        root = read_xml(xml, FORM_TAGS)
    except XMLFault as fault:
        raise FormFault(fault.reason, f"line {fault.line}: {fault.detail}" if fault.line else fault.detail) from fault
    model = root if local_name(root) == "model" else next(root.iter("{*}model"), None)
    if model is None:
        raise FormFault("no_model")
    data = _primary(model)
    form_id = data.get("id") or etree.QName(data).namespace or ""
    if not form_id.strip() or form_id == "http://www.w3.org/2002/xforms":
        raise FormFault("no_form_id", local_name(data))
    return _Reading(root, model, data).model(form_id.strip())


def _primary(model: etree._Element) -> etree._Element:
    for instance in model.iterchildren("{*}instance"):
        if len(instance) and not instance.get("src"):
            return instance[0]
        break
    raise FormFault("no_instance")


class _Reading:
    """One pass over one form."""

    def __init__(self, root: etree._Element, model: etree._Element, data: etree._Element):
        self.root, self.xmodel, self.data = root, model, data
        self.root_name = local_name(data)
        self.itext = Itext(model)
        self.body = next((one for one in root if local_name(one) == "body"), None)
        self.repeats = self._repeats()
        self.drafts: dict[str, dict] = {}
        self.attributes: dict[str, dict] = {}
        self.notes: list[NotEvaluated] = []
        self.actions: list = []

    def model(self, form_id: str) -> FormModel:
        self._walk(self.data, "", "")
        bind_ids = self._binds()
        body = Body(self.drafts, self.root_name, self.itext, bind_ids)
        if self.body is not None:
            body.read(self.body)
        self._model_children()
        instances, notes = read_instances(self.xmodel, self.itext)
        self.notes += notes + body.not_evaluated
        fields = {path: _finished(path, draft) for path, draft in self.drafts.items()}
        attributes = {path: _finished(path, draft) for path, draft in self.attributes.items()}
        by_path = fields | attributes
        entities = declared_entities(self.data, by_path, self.repeats, self.actions)
        fields = {path: dataset_of(one, entities) for path, one in fields.items()}
        by_path = fields | attributes
        name = next((one for one in fields.values() if one.path.endswith("/meta/instanceName")), None)
        submission = self.xmodel.find("{*}submission")
        said = submission.attrib if submission is not None else {}
        return FormModel(
            form_id=form_id, version=version_of(self.data), title=self._title(),
            root_name=self.root_name, namespace=etree.QName(self.data).namespace or "",
            fields=tuple(fields.values()), attributes=tuple(attributes.values()), by_path=by_path,
            languages=tuple(self.itext.languages), default_language=self.itext.default, instances=instances,
            media=self._media(instances, body.files), entities=entities,
            entities_version=self.xmodel.get(ENTITIES + "entities-version", ""),
            actions=tuple(self.actions + body.actions), public_key=said.get("base64RsaPublicKey", "").strip(),
            submission_url=said.get("action", ""), submission_method=said.get("method", ""),
            auto_send=_odk(said, "auto-send"), auto_delete=_odk(said, "auto-delete"),
            instance_name=name.calculate if name else "",
            has_meta="/meta" in fields and fields["/meta"].kind != "field",
            has_instance_id=any(path.endswith("/meta/instanceID") for path in fields),
            style=self.body.get("class", "") if self.body is not None else "", texts=self.itext.long,
            not_evaluated=tuple(self.notes),
        )

    def _title(self) -> str:
        title = next(self.root.iter("{*}title"), None)
        return written(title) if title is not None else ""

    def _repeats(self) -> set[str]:
        if self.body is None:
            return set()
        found = (place(one.get("nodeset") or one.get("ref") or "", self.root_name)
                 for one in self.body.iter("{*}repeat"))
        return {path for path in found if path}

    def _walk(self, parent: etree._Element, above: str, repeat: str) -> None:
        seen: set[str] = set()
        for node in parent:
            path = f"{above}/{local_name(node)}"
            repeats = path in self.repeats or node.get(JR + "template") is not None
            if path in seen and path not in self.repeats and path not in self._templates(parent, above):
                raise FormFault("duplicate_node", path)
            seen.add(path)
            entity = local_name(node) == "entity" and above.endswith("/meta")
            kind = "repeat" if repeats else "group" if len(node) or entity else "field"
            draft = self.drafts.setdefault(path, {
                "name": local_name(node), "kind": kind, "repeat": repeat, "order": len(self.drafts),
                "default": "" if len(node) else (node.text or "").strip(),
            })
            if draft["kind"] == "field" and kind != "field":
                draft["kind"] = kind
            self._walk(node, path, path if draft["kind"] == "repeat" else repeat)

    def _templates(self, parent: etree._Element, above: str) -> set[str]:
        return {f"{above}/{local_name(one)}" for one in parent if one.get(JR + "template") is not None}

    def _binds(self) -> dict[str, str]:
        ids = {}
        for bind in self.xmodel.iterchildren("{*}bind"):
            said = bind.get("nodeset") or bind.get("ref") or ""
            path = place(said, self.root_name)
            if path is None or path == "":
                self.notes.append(NotEvaluated("bind", said))
                continue
            if bind.get("id"):
                ids[bind.get("id")] = path
            draft = self._bound(path)
            if draft is None:
                self.notes.append(NotEvaluated("bind of a node that is not there", said))
            else:
                self._bind(bind, draft, path)
        return ids

    def _bound(self, path: str) -> dict | None:
        owner, _, last = path.rpartition("/")
        if not last.startswith("@"):
            return self.drafts.get(path)
        if owner and owner not in self.drafts:
            return None
        above = self.drafts.get(owner, {})
        return self.attributes.setdefault(path, {
            "name": last[1:], "kind": "attribute", "repeat": above.get("repeat", ""), "order": above.get("order", 0)})

    def _bind(self, bind: etree._Element, draft: dict, path: str) -> None:
        for name, keyword in _BIND.items():
            value = bind.get(name)
            if value is not None:
                draft[keyword] = value.strip()
        said = (bind.get("type") or "").strip().rpartition(":")[2]
        draft["bind_type"] = _TYPES.get(said, "string")
        if said not in _TYPES:
            self.notes.append(NotEvaluated(f"type {said}", path))
        draft["constraint_messages"] = self.itext.message(bind.get(JR + "constraintMsg") or bind.get("constraintMsg"))
        draft["required_messages"] = self.itext.message(bind.get(JR + "requiredMsg") or bind.get("requiredMsg"))
        draft["save_to"] = (bind.get(ENTITIES + "saveto") or "").strip()
        more = {name: value for name, value in extras(bind) if name not in _BIND_OWN}
        if said and draft["kind"] in ("group", "repeat"):
            more["type"] = said
        if more:
            draft["extras"] = more

    def _model_children(self) -> None:
        for child in self.xmodel:
            name = local_name(child)
            if name in ACTIONS:
                action = read_action(child, self.root_name)
                if action is None:
                    self.notes.append(NotEvaluated(name, child.get("ref") or "model"))
                else:
                    self.actions.append(action)
            elif name not in _MODEL_KNOWN:
                self.notes.append(NotEvaluated(name, "model"))

    def _media(self, instances: dict, files: list[MediaFile]) -> tuple[MediaFile, ...]:
        lists = [MediaFile(one.file_name, "file") for one in instances.values() if one.file_name]
        defaults = [media_file(draft["default"]) for draft in self.drafts.values() if draft["default"]]
        every = [*lists, *self.itext.files.values(), *files, *filter(None, defaults)]
        return tuple({one.name: one for one in every}.values())


def _odk(attributes, name: str) -> str:
    return next((value for key, value in attributes.items() if key.rpartition("}")[2] == name), "")


def _finished(path: str, draft: dict) -> Field:
    control, bind_type = draft.get("control", ""), draft.get("bind_type", "string")
    kind = control if control in ("select1", "select", "rank") else bind_type
    if control == "upload" and bind_type in ("string", "binary"):
        kind = "binary"
    if draft["kind"] in ("group", "repeat"):
        kind = bind_type = "structure"
    draft["bind_type"] = bind_type
    return Field(path=path, **draft, type=kind, binary=kind == "binary", multiple=kind in ("select", "rank"))
