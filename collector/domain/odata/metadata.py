"""The documents by which a client learns what a service has: the list of tables, and their description (EDMX).

Must not know the database or requests. Names and types are ODK Central's, so that a report keeps working.
"""

from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import quoteattr

from collector.domain.odata.selecting import FACTS
from collector.domain.odata.tables import Group, Leaf, Node, Repeat, Table, identifier

_TYPES = {"int": "Edm.Int64", "decimal": "Edm.Decimal", "boolean": "Edm.Boolean", "date": "Edm.Date",
          "dateTime": "Edm.DateTimeOffset", "geopoint": "Edm.GeographyPoint", "geotrace": "Edm.GeographyLineString",
          "geoshape": "Edm.GeographyPolygon"}
_SYSTEM = "org.opendatakit.submission"
_FACTS = {"submissionDate": "Edm.DateTimeOffset", "updatedAt": "Edm.DateTimeOffset", "deletedAt": "Edm.DateTimeOffset",
          "attachmentsPresent": "Edm.Int64", "attachmentsExpected": "Edm.Int64", "edits": "Edm.Int64",
          "status": f"{_SYSTEM}.Status", "reviewState": f"{_SYSTEM}.ReviewState"}
_STATES = {"Status": ("notDecrypted", "missingEncryptedFormData"),
           "ReviewState": ("hasIssues", "edited", "rejected", "approved")}
_EDM = 'xmlns="http://docs.oasis-open.org/odata/ns/edm"'
_CAPABLE = "Org.OData.Capabilities.V1"


def service_document(tables: Mapping[str, Table], address: str) -> dict:
    """The list of tables. address: of the service."""
    return {"@odata.context": f"{address}/$metadata",
            "value": [{"name": one.name, "kind": "EntitySet", "url": one.name} for one in tables.values()]}


def metadata_document(tables: Mapping[str, Table], xml_form_id: str) -> str:
    """The description of the tables, as XML (CSDL 4.0)."""
    name = identifier(xml_form_id)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>',
             '<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0">',
             "  <edmx:DataServices>", *_system(),
             f'    <Schema {_EDM} Namespace="org.opendatakit.user.{name}">',
             *_schema(tables, f"org.opendatakit.user.{name}", name),
             "    </Schema>", "  </edmx:DataServices>", "</edmx:Edmx>"]
    return "\n".join(lines)


def _system() -> Iterator[str]:
    yield f'    <Schema {_EDM} Namespace="{_SYSTEM}">'
    yield '      <ComplexType Name="metadata">'
    for fact in FACTS:
        yield f'        <Property Name="{fact}" Type="{_FACTS.get(fact, "Edm.String")}"/>'
    yield "      </ComplexType>"
    for name, members in _STATES.items():
        yield f'      <EnumType Name="{name}">'
        yield from (f'        <Member Name="{member}" Value="{value}"/>' for value, member in enumerate(members))
        yield "      </EnumType>"
    yield "    </Schema>"


def _schema(tables: Mapping[str, Table], space: str, name: str) -> Iterator[str]:
    for table in tables.values():
        yield f"      <EntityType Name={quoteattr(table.name)}>"
        yield '        <Key><PropertyRef Name="__id"/></Key>'
        yield '        <Property Name="__id" Type="Edm.String"/>'
        yield (f"        <Property Name={quoteattr(table.parent_key)} Type=\"Edm.String\"/>" if table.path
               else f'        <Property Name="__system" Type="{_SYSTEM}.metadata"/>')
        yield from _properties(table.inside, table.steps, space)
        yield "      </EntityType>"
    for table in tables.values():
        yield from _complex(table.inside, table.steps, space)
    yield f'      <EntityContainer Name="{name}">'
    for table in tables.values():
        yield f'        <EntitySet Name={quoteattr(table.name)} EntityType="{space}.{table.name}">'
        yield from () if table.path else _capabilities(table)
        yield "        </EntitySet>"
    yield "      </EntityContainer>"


def _properties(nodes: Iterable[Node], above: tuple[str, ...], space: str) -> Iterator[str]:
    for one in nodes:
        place = ".".join((*above, one.name))
        if isinstance(one, Repeat):
            yield f'        <NavigationProperty Name="{one.name}" Type="Collection({space}.Submissions.{place})"/>'
            continue
        type = _TYPES.get(one.type, "Edm.String") if isinstance(one, Leaf) else f"{space}.{place}"
        yield f'        <Property Name="{one.name}" Type="{type}"/>'


def _complex(nodes: Iterable[Node], above: tuple[str, ...], space: str) -> Iterator[str]:
    """The groups, outer before inner; those of a repeat come with its table."""
    for one in nodes:
        if isinstance(one, Group):
            steps = (*above, one.name)
            yield f'      <ComplexType Name="{".".join(steps)}">'
            yield from _properties(one.inside, steps, space)
            yield "      </ComplexType>"
            yield from _complex(one.inside, steps, space)


def _capabilities(table: Table) -> Iterator[str]:
    """What may be asked of the root table."""
    def record(term: str, *values: str) -> Iterator[str]:
        yield f'          <Annotation Term="{_CAPABLE}.{term}">'
        yield "            <Record>"
        yield from (f"              {one}" for one in values)
        yield "            </Record>"
        yield "          </Annotation>"

    yield (f'          <Annotation Term="{_CAPABLE}.ConformanceLevel" '
           f'EnumMember="{_CAPABLE}.ConformanceLevelType/Minimal"/>')
    yield f'          <Annotation Term="{_CAPABLE}.BatchSupported" Bool="false"/>'
    yield from record("CountRestrictions", '<PropertyValue Property="Countable" Bool="true"/>')
    yield f'          <Annotation Term="{_CAPABLE}.FilterFunctions">'
    yield "            <Collection>"
    yield from (f"              <String>{one}</String>"
                for one in ("year", "month", "day", "hour", "minute", "second", "now"))
    yield "            </Collection>"
    yield "          </Annotation>"
    refused = "".join(f"<PropertyPath>{one.name}</PropertyPath>" for one in table.inside)
    yield from record(
        "FilterRestrictions", '<PropertyValue Property="Filterable" Bool="true"/>',
        '<PropertyValue Property="RequiresFilter" Bool="false"/>',
        f'<PropertyValue Property="NonFilterableProperties"><Collection>{refused}</Collection></PropertyValue>')
    yield from record(
        "SortRestrictions", '<PropertyValue Property="Sortable" Bool="true"/>',
        f'<PropertyValue Property="NonSortableProperties"><Collection>{refused}</Collection></PropertyValue>')
    yield from record("ExpandRestrictions", '<PropertyValue Property="Expandable" Bool="true"/>')
