"""Shapes of mandates: who held office when, and what wants a look. Ours: ODK Central has none.

They must not ask services.
"""

from marshmallow import fields

from collector.web.api.schemas.shape import Moment, Shape


class MandateShape(Shape):
    """A mandate as it was known; start, end: its first and last day, null where not known."""

    id = fields.String(dump_only=True)
    community = fields.String(dump_only=True)
    community_name = fields.String(attribute="place", data_key="communityName", dump_only=True)
    person = fields.String(dump_only=True)
    office = fields.String(dump_only=True)
    start = fields.Date(data_key="from", dump_only=True, allow_none=True)
    end = fields.Date(data_key="to", dump_only=True, allow_none=True)
    basis = fields.String(dump_only=True)
    board = fields.String(dump_only=True)
    ended = fields.String(dump_only=True)
    recorded = fields.String(dump_only=True)
    version = fields.Integer(dump_only=True)
    known_from = Moment(data_key="knownFrom", dump_only=True)
    known_until = Moment(data_key="knownUntil", dump_only=True, allow_none=True)


class CommunityShape(Shape):
    """A community. unregistered: it is told that it is not, or not yet, registered; it exists all the same."""

    id = fields.String(attribute="key", dump_only=True)
    name = fields.String(dump_only=True)
    registration = fields.String(dump_only=True)
    unregistered = fields.Boolean(attribute="is_unregistered", dump_only=True)


class GapShape(Shape):
    """Days without anybody in an office; goesOn: nobody took it up up to the day asked for."""

    office = fields.String(dump_only=True)
    first = fields.Date(dump_only=True)
    last = fields.Date(dump_only=True)
    goes_on = fields.Boolean(data_key="goesOn", dump_only=True)


class OverlapShape(Shape):
    """Two persons in an office at once; null: without a known limit. twoBoards: they are of two boards."""

    office = fields.String(attribute="one.office", dump_only=True)
    mandates = fields.Function(lambda pair: [pair.one.id, pair.other.id], dump_only=True,
                               metadata={"type": "array", "items": {"type": "string"}})
    first = fields.Date(dump_only=True, allow_none=True)
    last = fields.Date(dump_only=True, allow_none=True)
    boards = fields.Boolean(data_key="twoBoards", dump_only=True)


class DisputeShape(Shape):
    """Two boards of a community at once, from the first to the last day that they share; null: no known limit."""

    boards = fields.List(fields.String(), dump_only=True)
    first = fields.Date(dump_only=True, allow_none=True)
    last = fields.Date(dump_only=True, allow_none=True)


class StandingShape(Shape):
    """A community on a day. inOffice: ids of mandates; states: by id; mandates: all, as known together."""

    community = fields.Nested(CommunityShape, dump_only=True)
    on = fields.Date(dump_only=True)
    known_at = Moment(data_key="knownAt", dump_only=True, allow_none=True)
    in_office = fields.Function(lambda one: [held.id for held in one.in_office], data_key="inOffice", dump_only=True,
                                metadata={"type": "array", "items": {"type": "string"}})
    states = fields.Dict(dump_only=True)
    mandates = fields.List(fields.Nested(MandateShape), attribute="held", dump_only=True)
    gaps = fields.List(fields.Nested(GapShape), dump_only=True)
    overlaps = fields.List(fields.Nested(OverlapShape), dump_only=True)
    disputes = fields.List(fields.Nested(DisputeShape), dump_only=True)


class LapsingShape(Shape):
    """A mandate that ends soon. days: that are left; followed: somebody takes over the day after."""

    community = fields.Nested(CommunityShape, dump_only=True)
    mandate = fields.Nested(MandateShape, dump_only=True)
    days = fields.Integer(dump_only=True)
    followed = fields.Boolean(dump_only=True)


class AttentionShape(Shape):
    """A community with offices that nobody holds, two boards, or two persons in an office on the day."""

    community = fields.Nested(CommunityShape, dump_only=True)
    vacant = fields.List(fields.Nested(GapShape), dump_only=True)
    disputes = fields.List(fields.Nested(DisputeShape), dump_only=True)
    overlaps = fields.List(fields.Nested(OverlapShape), dump_only=True)


class ReadingShape(Shape):
    """Which property of the list tells what: community, person, office, from, to, basis, board, ended, name, recorded.

    shared: offices that several hold at once.
    """

    properties = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    shared = fields.List(fields.String(), load_default=None, allow_none=True)
