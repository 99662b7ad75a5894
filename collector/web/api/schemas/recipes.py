"""Shapes of recipes, their previews and notices, lineage of a cell and mappings of columns. Ours: Central has none.

They must not ask services.
"""

from marshmallow import fields, pre_dump

from collector.domain.cleaning.recipe import as_plain
from collector.web.api.schemas.shape import OBJECTS, Moment, Shape


class RecipeShape(Shape):
    """A recipe in one version, without its steps. Dumped from services' Kept."""

    id = fields.Integer(attribute="row.id", dump_only=True)
    name = fields.String(attribute="row.name", dump_only=True)
    version = fields.Integer(attribute="version.number", dump_only=True)
    note = fields.String(attribute="version.note", dump_only=True, allow_none=True)
    reverts_to = fields.Integer(attribute="version.reverts_to", data_key="revertsTo", dump_only=True)
    saved_at = Moment(attribute="version.at", data_key="savedAt", dump_only=True)
    saved_by = fields.String(attribute="author", data_key="savedBy", dump_only=True)
    created_at = Moment(attribute="row.created_at", data_key="createdAt", dump_only=True)
    steps = fields.Function(lambda kept: as_plain(kept.recipe)["steps"], dump_only=True, metadata=OBJECTS)


class ListedRecipeShape(RecipeShape):
    """A recipe in a list: without its steps."""

    class Meta(Shape.Meta):
        exclude = ("steps",)


class RemovedShape(Shape):
    """A recipe that was dropped and can be taken back."""

    id = fields.Integer(dump_only=True)
    name = fields.String(dump_only=True)
    version = fields.Integer(dump_only=True)
    removed_at = Moment(data_key="removedAt", dump_only=True)


class NewRecipeShape(Shape):
    """A recipe to make; steps as a recipe shows them, without author and time, by themselves one that keeps states."""

    name = fields.String(required=True)
    steps = fields.List(fields.Dict(), allow_none=True)
    note = fields.String(allow_none=True)


class SavedRecipeShape(Shape):
    """What a recipe is to be. version: the one it was made from."""

    made_from = fields.Integer(required=True, data_key="version")
    steps = fields.List(fields.Dict(), required=True)
    note = fields.String(allow_none=True)
    name = fields.String(allow_none=True)


class RevertShape(Shape):
    """version: the one in force, as whoever asks knows it; to: the one whose steps are wanted."""

    made_from = fields.Integer(required=True, data_key="version")
    to = fields.Integer(required=True)


class VersionShape(Shape):
    """A version in the list of them."""

    number = fields.Integer(dump_only=True)
    note = fields.String(dump_only=True, allow_none=True)
    reverts_to = fields.Integer(data_key="revertsTo", dump_only=True)
    at = Moment(dump_only=True)
    author = fields.String(dump_only=True)


class AskedPreviewShape(Shape):
    """Steps to try, saved or not. step_id: up to and with this one; wait: go on until all records were looked at."""

    steps = fields.List(fields.Dict(), allow_none=True)
    step_id = fields.String(data_key="stepId", allow_none=True)
    wait = fields.Boolean(load_default=False)


class ExampleShape(Shape):
    """A change: the cell of a record, or with variable '' the whole row that goes."""

    instance = fields.String(data_key="instanceId", dump_only=True)
    key = fields.String(dump_only=True)
    variable = fields.String(dump_only=True)
    before = fields.Raw(dump_only=True)
    after = fields.Raw(dump_only=True)


class SeenShape(Shape):
    """What one step would do; fault: why it cannot run."""

    id = fields.String(dump_only=True)
    type = fields.String(dump_only=True)
    on = fields.Boolean(dump_only=True)
    table = fields.String(dump_only=True)
    rows_in = fields.Integer(data_key="rowsIn", dump_only=True)
    rows_out = fields.Integer(data_key="rowsOut", dump_only=True)
    rows = fields.Integer(dump_only=True)
    cells = fields.Integer(dump_only=True)
    unevaluated = fields.Integer(dump_only=True)
    fault = fields.String(attribute="en", dump_only=True)


class PreviewShape(Shape):
    """What steps would do. records of total: what it is based on; all…: of all steps together."""

    step_id = fields.String(data_key="stepId", dump_only=True)
    records = fields.Integer(dump_only=True)
    total = fields.Integer(dump_only=True)
    complete = fields.Boolean(dump_only=True)
    seconds = fields.Float(dump_only=True)
    steps = fields.List(fields.Nested(SeenShape), dump_only=True)
    examples = fields.List(fields.Nested(ExampleShape), dump_only=True)
    all_examples = fields.List(fields.Nested(ExampleShape), data_key="allExamples", dump_only=True)
    all_rows = fields.Integer(data_key="allRows", dump_only=True)
    all_cells = fields.Integer(data_key="allCells", dump_only=True)
    all_gone = fields.Integer(data_key="allGone", dump_only=True)


class NoticeShape(Shape):
    """Something about a step that a person should look at."""

    recipe_id = fields.Integer(attribute="recipe.id", data_key="recipeId", dump_only=True)
    recipe = fields.String(attribute="recipe.name", dump_only=True)
    step_id = fields.String(data_key="stepId", dump_only=True)
    step_type = fields.String(data_key="stepType", dump_only=True)
    kind = fields.String(dump_only=True)
    before = fields.Integer(dump_only=True)
    now = fields.Integer(dump_only=True)
    records = fields.Integer(dump_only=True)
    counted_at = Moment(data_key="countedAt", dump_only=True)
    noticed_at = Moment(data_key="noticedAt", dump_only=True)
    says = fields.String(attribute="en", dump_only=True)


class EarlierShape(Shape):
    """The cell in one version of its record."""

    instance_id = fields.String(data_key="instanceId", dump_only=True)
    at = Moment(dump_only=True)
    who = fields.String(data_key="submitter", dump_only=True)
    form_version = fields.String(data_key="formVersion", dump_only=True)
    value = fields.Raw(dump_only=True)
    path = fields.String(dump_only=True)
    is_there = fields.Boolean(data_key="isThere", dump_only=True)
    changed = fields.Boolean(dump_only=True)


class MadeShape(Shape):
    """What one step made of a cell, who wrote the step, when and why."""

    step_id = fields.String(attribute="step.id", data_key="stepId", dump_only=True)
    type = fields.String(attribute="step.type", dump_only=True)
    reason = fields.String(attribute="step.reason", dump_only=True)
    author = fields.String(attribute="step.author", dump_only=True)
    at = fields.String(attribute="step.at", dump_only=True)
    before = fields.Raw(dump_only=True)
    after = fields.Raw(dump_only=True)
    dropped = fields.Boolean(dump_only=True)


class MappingShape(Shape):
    """A person's word that a field is read at another place. Dumped from (mapping, author)."""

    id = fields.Integer(attribute="row.id", dump_only=True)
    from_path = fields.String(attribute="row.from_path", data_key="from", dump_only=True)
    to_path = fields.String(attribute="row.to_path", data_key="to", dump_only=True)
    reason = fields.String(attribute="row.reason", dump_only=True)
    author = fields.String(dump_only=True)
    at = Moment(attribute="row.at", dump_only=True)

    @pre_dump
    def apart(self, pair: tuple, **options) -> dict:
        """The two under their names."""
        return {"row": pair[0], "author": pair[1]}


class ToldShape(Shape):
    """How a clean cell came to be."""

    variable = fields.String(attribute="variable.id", dump_only=True)
    table = fields.String(dump_only=True)
    key = fields.String(dump_only=True)
    instance_id = fields.String(data_key="instanceId", dump_only=True)
    raw = fields.Raw(dump_only=True)
    versions = fields.List(fields.Nested(EarlierShape), attribute="editions", dump_only=True)
    mapping = fields.Nested(MappingShape, dump_only=True, allow_none=True)
    changes = fields.List(fields.Nested(MadeShape), dump_only=True)
    final = fields.Raw(dump_only=True)
    left_out = fields.String(attribute="left_out.id", data_key="leftOutBy", dump_only=True,
                             metadata={"x-maybe": True})


class NewMappingShape(Shape):
    """A field that is read at another place from now on, and why."""

    from_path = fields.String(required=True, data_key="from")
    to_path = fields.String(required=True, data_key="to")
    reason = fields.String(required=True)


class AskedMappingShape(NewMappingShape):
    """The same, only to be tried."""

    class Meta(NewMappingShape.Meta):
        exclude = ("reason",)


class MergedShape(Shape):
    """A row in which the earlier field has an answer."""

    instance_id = fields.String(data_key="instanceId", dump_only=True)
    key = fields.String(dump_only=True)
    old = fields.Raw(dump_only=True)
    new = fields.Raw(dump_only=True)
    result = fields.Raw(dump_only=True)


class MappingPreviewShape(Shape):
    """What would be read, on real rows."""

    from_path = fields.String(data_key="from", dump_only=True)
    to_path = fields.String(data_key="to", dump_only=True)
    table = fields.String(dump_only=True)
    rows = fields.List(fields.Nested(MergedShape), dump_only=True)
    looked = fields.Integer(dump_only=True)
    old = fields.Integer(dump_only=True)
    filled = fields.Integer(dump_only=True)
    both = fields.Integer(dump_only=True)
    complete = fields.Boolean(dump_only=True)
