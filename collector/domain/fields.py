"""The form model: what a form asks, under which conditions, with which choices, media and entity lists.

Must not know XML (xform.py makes this model) nor answers (instance.py, flatten.py read them with it).
Next: checks, columns, pages, exports and entity rules all read this model and never the XForm.
"""

import re
from dataclasses import dataclass, field, replace

# Language -> text. '' is text without a language; ${/data/a} stands where an answer is shown.
Texts = dict[str, str]

UNTRANSLATED = "-"  # what pyxform writes where a translation is missing
# what phones look up beside the form: one of these folders and a name, no path below it
FILE_ADDRESS = re.compile(r"jr://(images?|audio|video|file|file-csv)/([^/]+)")
CHOOSING = ("select1", "select", "rank")

_shown = re.compile(r"\$\{\s*([^}]*?)\s*\}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice. columns: every column of its list as text, name and label among them."""

    name: str
    labels: Texts = field(default_factory=dict)
    media: dict[str, Texts] = field(default_factory=dict)  # language -> kind -> file name
    columns: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Itemset:
    """Where the choices of a question come from.

    instance: id of a secondary instance, '' when the items are nodes of the form itself (choices from a repeat).
    nodeset: the whole expression without randomize(); filter: what stands in its predicates, '' when nothing.
    """

    instance: str
    nodeset: str
    filter: str = ""
    value_ref: str = "name"
    label_ref: str = "label"
    randomize: bool = False
    seed: str = ""


@dataclass(frozen=True, slots=True)
class SecondaryInstance:
    """A list that questions and expressions look things up in. src: '' when its items are in the form itself."""

    id: str
    src: str = ""
    items: tuple[Choice, ...] = ()

    @property
    def file_name(self) -> str:
        """The name of the file that holds it, '' for an internal list or the last saved record."""
        found = FILE_ADDRESS.fullmatch(self.src)
        return found[2] if found else ""


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file that must lie beside the form. kind: image, audio, video or file."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Range:
    start: str
    end: str
    step: str


@dataclass(frozen=True, slots=True)
class Action:
    """Something the form does on an event. kind: setvalue, setgeopoint, recordaudio.

    trigger: path of the question whose change sets it off, '' for an event of the form or of a repeat.
    """

    kind: str
    path: str
    events: tuple[str, ...]
    value: str = ""
    trigger: str = ""
    extras: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EntityDeclaration:
    """What the form does to one entity list, once per instance of its container.

    path: the entity node; container: the node whose meta holds it ('' is the root); repeat: nearest repeat or ''.
    *_if, id, label, base_version: expressions, '' when there is none. properties: property -> path of its field.
    """

    dataset: str
    path: str
    container: str
    repeat: str
    creates: bool
    updates: bool
    create_if: str = ""
    update_if: str = ""
    id: str = ""
    label: str = ""
    base_version: str = ""
    properties: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotEvaluated:
    """Something in the form that this server carries but does not act on. place: path or element."""

    what: str
    place: str


@dataclass(frozen=True, slots=True)
class Field:
    """One node of the form, by its path below the root: '/grupo/nombre'; attributes as '/meta/entity/@id'.

    kind: group, repeat, field or attribute. type: what the answer is: string int decimal boolean date time dateTime
    geopoint geotrace geoshape binary barcode intent select1 select rank. bind_type: what the bind alone says.
    control: input select1 select rank range trigger upload secret group repeat, '' when no question shows it.
    repeat: path of the nearest repeat around it, '' for none. Expressions are as written, '' when there is none.
    extras: further attributes of bind and control under their usual prefix, such as orx:max-pixels.
    """

    path: str
    name: str
    kind: str
    repeat: str
    order: int
    type: str = "string"
    bind_type: str = "string"
    control: str = ""
    default: str = ""
    relevant: str = ""
    required: str = ""
    constraint: str = ""
    calculate: str = ""
    readonly: str = ""
    preload: str = ""
    preload_params: str = ""
    save_to: str = ""
    dataset: str = ""
    labels: Texts = field(default_factory=dict)
    hints: Texts = field(default_factory=dict)
    guidance: Texts = field(default_factory=dict)
    constraint_messages: Texts = field(default_factory=dict)
    required_messages: Texts = field(default_factory=dict)
    media: dict[str, Texts] = field(default_factory=dict)  # language -> kind -> file name
    appearance: str = ""
    mediatype: str = ""
    binary: bool = False
    multiple: bool = False
    range: Range | None = None
    itemset: Itemset | None = None
    choices: tuple[Choice, ...] = ()
    repeat_count: str = ""
    fixed_repeat: bool = False
    extras: Texts = field(default_factory=dict)

    @property
    def parent(self) -> str:
        """The path of the node around it, '' for the root."""
        return self.path.rpartition("/")[0]

    @property
    def is_note(self) -> bool:
        """True for text that is only shown: a read-only question without a calculation."""
        return self.control == "input" and self.readonly.strip() in ("true()", "1") and not self.calculate

    @property
    def chooses(self) -> bool:
        """True when the answer comes from a list of choices."""
        return self.type in CHOOSING


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class FormModel:
    """A form as one value. fields: groups, repeats and questions in document order; attributes: bound attributes.

    instance_name: the expression that names a record. public_key: base64 RSA key of an encrypted form, or ''.
    """

    form_id: str
    version: str
    title: str
    root_name: str
    namespace: str
    fields: tuple[Field, ...]
    attributes: tuple[Field, ...]
    by_path: dict[str, Field]
    languages: tuple[str, ...] = ()
    default_language: str = ""
    instances: dict[str, SecondaryInstance] = field(default_factory=dict)
    media: tuple[MediaFile, ...] = ()
    entities: tuple[EntityDeclaration, ...] = ()
    entities_version: str = ""
    actions: tuple[Action, ...] = ()
    public_key: str = ""
    submission_url: str = ""
    submission_method: str = ""
    auto_send: str = ""
    auto_delete: str = ""
    instance_name: str = ""
    has_meta: bool = False
    has_instance_id: bool = False
    style: str = ""
    texts: dict[str, Texts] = field(default_factory=dict)
    not_evaluated: tuple[NotEvaluated, ...] = ()

    def children(self, path: str = "") -> tuple[Field, ...]:
        """The fields directly below a path, in document order; '' is the root."""
        return tuple(one for one in self.fields if one.parent == path)

    def repeats(self) -> tuple[Field, ...]:
        """Every repeat, outer before inner."""
        return tuple(one for one in self.fields if one.kind == "repeat")

    def leaves(self) -> tuple[Field, ...]:
        """Every field that holds an answer."""
        return tuple(one for one in self.fields if one.kind == "field")

    def text(self, texts: Texts, language: str = "") -> str:
        """The text in a language, else in the form's own, else any; '' when there is none.

        Where an answer would be shown stands ${name}. language: as the form names it, or its code ('es').
        """
        wanted = (texts.get(self.language(language)), texts.get(self.default_language), texts.get(""), *texts.values())
        return readable(next((text for text in wanted if text and text != UNTRANSLATED), ""))

    def language(self, wanted: str) -> str:
        """The form's own name for a language: itself, or the one whose code is 'es' as in 'Español (es)'; else ''."""
        if wanted in self.languages:
            return wanted
        for known in self.languages:
            if (wanted and f"({wanted})" in known) or known.split("-")[0] == wanted:
                return known
        return ""

    def label(self, one: Field, language: str = "") -> str:
        """The label of a field, or its name when it has none."""
        return self.text(one.labels, language) or one.name

    def choices_for(self, one: Field) -> tuple[Choice, ...]:
        """All choices of a question before any filter; empty when they lie in a file or in the record itself."""
        if one.itemset is None:
            return one.choices
        listed = self.instances.get(one.itemset.instance)
        if listed is None:
            return one.choices
        return one.choices + _seen_through(one.itemset, listed.items)

    def choice_label(self, one: Field, name: str, language: str = "") -> str:
        """The label of a chosen name, or the name itself when it is not in the list."""
        for choice in self.choices_for(one):
            if choice.name == name:
                return self.text(choice.labels, language) or name
        return name


def readable(text: str) -> str:
    """The text with ${/data/group/name} shortened to ${name}."""
    if "${" not in text:
        return text
    return _shown.sub(lambda found: "${" + found[1].rpartition("/")[2].strip() + "}", text)


def _seen_through(itemset: Itemset, items: tuple[Choice, ...]) -> tuple[Choice, ...]:
    by_label = itemset.label_ref in ("label", "itextId")
    if itemset.value_ref == "name" and by_label:
        return items
    return tuple(
        replace(
            item,
            name=item.columns.get(itemset.value_ref, item.name),
            labels=item.labels if by_label else {"": item.columns.get(itemset.label_ref, "")},
        )
        for item in items
    )
