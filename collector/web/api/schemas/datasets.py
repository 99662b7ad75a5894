"""Shapes of entity lists.

They must not ask services. Source: contract, `central-api` components Dataset, ExtendedDataset, DatasetMetadata.
"""

from marshmallow import fields

from collector.domain.dataset import odata_name
from collector.web.api.schemas.shape import OBJECTS, Moment, Shape, moment


class DatasetShape(Shape):
    """An entity list."""

    name = fields.String(dump_only=True)
    created_at = Moment(data_key="createdAt", dump_only=True)
    project_id = fields.Integer(data_key="projectId", dump_only=True)
    approval_required = fields.Boolean(data_key="approvalRequired", dump_only=True)
    owner_only = fields.Function(lambda one: (one.access_filter or {}).get("type") == "ownerOnly",
                                 data_key="ownerOnly", dump_only=True, metadata={"type": "boolean"})
    access_filter = fields.Raw(data_key="accessFilter", dump_only=True, metadata={"type": ["object", "null"]})


class TrashedDatasetShape(DatasetShape):
    """An entity list in the trash, with the number that it is restored by."""

    id = fields.Integer(dump_only=True)
    deleted_at = Moment(data_key="deletedAt", dump_only=True)


class ExtendedDatasetShape(DatasetShape):
    """An entity list with its numbers. Dumped from the list with `tally` beside."""

    last_entity = Moment(attribute="tally.last_entity", data_key="lastEntity", dump_only=True)
    entities = fields.Integer(attribute="tally.entities", dump_only=True)
    conflicts = fields.Integer(attribute="tally.conflicts", dump_only=True)


class DescribedDatasetShape(Shape):
    """What stands beside one entity list. Dumped from services' Described."""

    last_update = Moment(attribute="dataset.updated_at", data_key="lastUpdate", dump_only=True)
    sources = fields.Function(lambda one: _forms(one.sources), data_key="sourceForms", dump_only=True, metadata=OBJECTS)
    readers = fields.Function(lambda one: _forms(one.readers), data_key="linkedForms", dump_only=True, metadata=OBJECTS)
    properties = fields.Function(lambda one: [_property(one, held) for held in one.properties], dump_only=True,
                                 metadata=OBJECTS)


class DatasetMetadataShape(DatasetShape, DescribedDatasetShape):
    """An entity list with its properties, and the forms that write and read it."""


class NewDatasetShape(Shape):
    """What makes an entity list."""

    name = fields.String(load_default="")
    approval_required = fields.Boolean(data_key="approvalRequired", load_default=False)
    owner_only = fields.Boolean(data_key="ownerOnly", load_default=False)


class DatasetChangeShape(Shape):
    """What may change about an entity list."""

    approval_required = fields.Boolean(data_key="approvalRequired")
    owner_only = fields.Boolean(data_key="ownerOnly")
    access_filter = fields.Dict(data_key="accessFilter", allow_none=True)


class NewPropertyShape(Shape):
    """What makes a property of an entity list."""

    name = fields.String(load_default="")


def _forms(found) -> list[dict]:
    return [{"xmlFormId": xml_form_id, "name": title} for xml_form_id, title in found]


def _property(described, held) -> dict:
    return {"name": held.name, "odataName": odata_name(held.name), "publishedAt": moment(held.published_at),
            "forms": _forms(described.writers.get(held.id, ()))}
