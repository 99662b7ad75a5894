"""Entities as a table of OData: what may be asked of it, which properties a row has, and its description.

Must not know the database or requests. Names are ODK Central's; a property of a list has its name as OData allows it.
Next: `services/entity_tables` reads rows by what was asked.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from collector.domain import odata_problems, problems
from collector.domain.dataset import odata_name
from collector.domain.odata.asking import WORDS, is_on, number_of, read_order, require_known
from collector.domain.odata.conditions import ENTITY_FIELDS, Condition
from collector.domain.odata.filtering import read_filter
from collector.domain.odata.keys import read_entity_token

SET = "Entities"
ROOT = "$root/Entities/"
SEARCH = "$search"
FACTS = ("createdAt", "creatorId", "creatorName", "updates", "updatedAt", "deletedAt", "version", "conflict")
ASKABLE = (*WORDS, SEARCH)
_SYSTEM = "org.opendatakit.entity"
_TYPES = {"createdAt": "Edm.DateTimeOffset", "updatedAt": "Edm.DateTimeOffset", "deletedAt": "Edm.DateTimeOffset",
          "updates": "Edm.Int64", "version": "Edm.Int64"}
_EDM = 'xmlns="http://docs.oasis-open.org/odata/ns/edm"'
_CAPABLE = "Org.OData.Capabilities.V1"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which parts of a row: id, label, facts of __system (None for no __system), properties of the list."""

    id: bool
    label: bool
    facts: tuple[str, ...] | None
    properties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """As `domain/odata/asking.Asked`. after: identifier that the page before ended with; search: words."""

    top: int | None = None
    skip: int = 0
    count: bool = False
    after: str = ""
    filter: Condition | None = None
    search: str = ""
    order: tuple[tuple[str, bool], ...] = ()
    selection: Selection | None = None


def narrowed(given: Mapping[str, str], now: datetime) -> tuple[Condition | None, str]:
    """(filter, words searched for) of a query. Raises what filters raise."""
    text = given.get("$filter", "")
    return (read_filter(text, now, fields=ENTITY_FIELDS, root=ROOT) if text else None), given.get(SEARCH, "").strip()


def read_asked(given: Mapping[str, str], properties: Iterable[str], now: datetime) -> Asked:
    """What is asked of the table of a list with these properties. Raises as `asking.read_asked`."""
    require_known(given, words=ASKABLE)
    if given.get("$expand"):
        raise odata_problems.expand_unsupported(given["$expand"])
    token, order = given.get("$skiptoken", ""), read_order(given.get("$orderby", ""), fields=ENTITY_FIELDS, root=ROOT)
    if token and order:
        raise problems.not_implemented("using $orderby and $skiptoken together")
    condition, search = narrowed(given, now)
    select = given.get("$select", "")
    return Asked(
        top=number_of(given, "$top"), skip=0 if token else number_of(given, "$skip") or 0,
        count=is_on(given, "$count"), after=read_entity_token(token) if token else "", filter=condition,
        search=search, order=order, selection=read_selection(select, properties) if select else None)


def read_selection(text: str, properties: Iterable[str]) -> Selection | None:
    """What is wanted of a row, None for everything. Raises 400.23."""
    names = [one.strip() for one in text.split(",")]
    if "*" in names:
        return None
    known = {said: name for name in properties for said in (odata_name(name), name)}
    facts: set[str] | None = None
    wanted = []
    for name in names:
        first, _, rest = name.partition("/")
        if first == "__system" and (not rest or rest in FACTS):
            facts = (facts or set()) | ({rest} if rest else set(FACTS))
        elif name in known:
            wanted.append(known[name])
        elif name not in ("__id", "label"):
            raise odata_problems.property_unknown(name)
    return Selection("__id" in names, "label" in names,
                     None if facts is None else tuple(one for one in FACTS if one in facts), tuple(wanted))


def teller(properties: Iterable[str], selection: Selection | None) -> Callable[[str, str, Mapping, Mapping], dict]:
    """What makes a row out of (uuid, label, {fact: value}, {property: text}); made once for many rows."""
    chosen = selection or Selection(True, True, FACTS, tuple(properties))
    wanted = set(chosen.properties)
    named = [(name, odata_name(name)) for name in properties if name in wanted]

    def told(uuid: str, label: str, facts: Mapping, data: Mapping) -> dict:
        row = {}
        if chosen.id:
            row["__id"] = uuid
        if chosen.label:
            row["label"] = label
        if chosen.facts is not None:
            row["__system"] = {name: facts[name] for name in chosen.facts}
        for name, said in named:
            row[said] = data.get(name, "")
        return row
    return told


def service_document(address: str) -> dict:
    """The list of tables, of which there is one. address: of the service."""
    return {"@odata.context": f"{address}/$metadata", "value": [{"name": SET, "kind": "EntitySet", "url": SET}]}


def metadata_document(name: str, properties: Iterable[str]) -> str:
    """The description of the table, as XML (CSDL 4.0)."""
    space, held = f"org.opendatakit.user.{odata_name(name)}", [odata_name(one) for one in properties]
    facts = "\n".join(f'        <Property Name="{one}" Type="{_TYPES.get(one, "Edm.String")}"/>' for one in FACTS)
    fields = "\n".join(f'        <Property Name="{one}" Type="Edm.String"/>' for one in held)
    refused = "".join(f"<PropertyPath>{one}</PropertyPath>" for one in held)
    functions = "".join(f"<String>{one}</String>"
                        for one in ("year", "month", "day", "hour", "minute", "second", "now"))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0">
  <edmx:DataServices>
    <Schema {_EDM} Namespace="{_SYSTEM}">
      <ComplexType Name="metadata">
{facts}
      </ComplexType>
    </Schema>
    <Schema {_EDM} Namespace="{space}">
      <EntityType Name="{SET}">
        <Key><PropertyRef Name="__id"/></Key>
        <Property Name="__id" Type="Edm.String"/>
        <Property Name="__system" Type="{_SYSTEM}.metadata"/>
        <Property Name="label" Type="Edm.String"/>
{fields}
      </EntityType>
      <EntityContainer Name="{odata_name(name)}">
        <EntitySet Name="{SET}" EntityType="{space}.{SET}">
          <Annotation Term="{_CAPABLE}.ConformanceLevel" EnumMember="{_CAPABLE}.ConformanceLevelType/Minimal"/>
          <Annotation Term="{_CAPABLE}.BatchSupported" Bool="false"/>
          <Annotation Term="{_CAPABLE}.CountRestrictions">
            <Record><PropertyValue Property="Countable" Bool="true"/></Record>
          </Annotation>
          <Annotation Term="{_CAPABLE}.FilterFunctions">
            <Collection>{functions}</Collection>
          </Annotation>
          <Annotation Term="{_CAPABLE}.FilterRestrictions">
            <Record>
              <PropertyValue Property="Filterable" Bool="true"/>
              <PropertyValue Property="RequiresFilter" Bool="false"/>
              <PropertyValue Property="NonFilterableProperties"><Collection>{refused}</Collection></PropertyValue>
            </Record>
          </Annotation>
          <Annotation Term="{_CAPABLE}.SearchRestrictions">
            <Record><PropertyValue Property="Searchable" Bool="true"/></Record>
          </Annotation>
          <Annotation Term="{_CAPABLE}.SortRestrictions">
            <Record>
              <PropertyValue Property="Sortable" Bool="true"/>
              <PropertyValue Property="NonSortableProperties"><Collection>{refused}</Collection></PropertyValue>
            </Record>
          </Annotation>
          <Annotation Term="{_CAPABLE}.ExpandRestrictions">
            <Record><PropertyValue Property="Expandable" Bool="false"/></Record>
          </Annotation>
        </EntitySet>
      </EntityContainer>
    </Schema>
  </edmx:DataServices>
</edmx:Edmx>
"""
