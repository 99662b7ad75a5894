"""Records found by words and by place: words of many records together, points of answers; decisions of a day.

Revision ID: 0014
Revises: 0013
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
AT_ONCE = 2000


def upgrade() -> None:
    op.create_table(
        "word_blocks",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("words", WORDS, nullable=True),
        sa.Column("hits", sa.LargeBinary(), nullable=True),
        sa.Column("form_ids", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_word_blocks"),
    )
    op.create_table(
        "answer_points",
        sa.Column("submission_id", NUMBER, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"],
                                name="fk_answer_points_submission_id_submissions"),
        sa.PrimaryKeyConstraint("submission_id", "ordinal", name="pk_answer_points"),
    )
    op.create_index("ix_answer_points_place", "answer_points", ["latitude", "longitude", "submission_id"])
    op.create_index("ix_decisions_at", "decisions", ["at", "submission_id"])
    _take_points(op.get_bind())


def _take_points(connection) -> None:
    """The points of the rows that are kept already."""
    columns: dict[int, list[int]] = {}
    for table_id, position in connection.execute(sa.text(
            "SELECT table_id, position FROM form_columns WHERE type = 'geopoint' ORDER BY position")):
        columns.setdefault(table_id, []).append(position)
    known: dict[int, int] = {}
    for table_id, positions in columns.items():
        last = 0
        while rows := connection.execute(
                sa.text("SELECT id, submission_id, data FROM flat_rows WHERE table_id = :table AND id > :last "
                        "ORDER BY id LIMIT :most"), {"table": table_id, "last": last, "most": AT_ONCE}).fetchall():
            found = [(row[1], value) for row in rows for value in _points(json.loads(row[2]), positions)]
            made = []
            for submission_id, (latitude, longitude) in found:
                ordinal = known.get(submission_id, 0)
                known[submission_id] = ordinal + 1
                made.append({"submission": submission_id, "ordinal": ordinal, "latitude": latitude,
                             "longitude": longitude})
            if made:
                connection.execute(sa.text("INSERT INTO answer_points (submission_id, ordinal, latitude, longitude) "
                                           "VALUES (:submission, :ordinal, :latitude, :longitude)"), made)
            last = rows[-1][0]


def _points(data: list, positions: list[int]) -> list[tuple[float, float]]:
    values = [data[one] for one in positions if one < len(data)]
    return [(one[0], one[1]) for one in values if isinstance(one, list) and len(one) > 1 and (one[0] or one[1])]


def downgrade() -> None:
    op.drop_index("ix_decisions_at", table_name="decisions")
    op.drop_table("answer_points")
    op.drop_table("word_blocks")
