"""What ODK Central's clients also read: SHA-1 of definitions, the switch for web forms, the declared type of media.

Revision ID: 0017
Revises: 0016
"""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

VERSIONS = sa.table("form_versions", sa.column("id", sa.Integer), sa.column("xml", sa.LargeBinary),
                    sa.column("sha1", sa.String))


def upgrade() -> None:
    op.add_column("forms", sa.Column("webforms_enabled", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("form_media", sa.Column("media_type", sa.String(100), nullable=True))
    op.add_column("form_versions", sa.Column("sha1", sa.String(40), nullable=False, server_default=""))
    connection = op.get_bind()
    for number in list(connection.scalars(sa.select(VERSIONS.c.id))):
        xml = connection.scalar(sa.select(VERSIONS.c.xml).where(VERSIONS.c.id == number))
        digest = hashlib.sha1(xml or b"", usedforsecurity=False).hexdigest()
        connection.execute(sa.update(VERSIONS).where(VERSIONS.c.id == number).values(sha1=digest))


def downgrade() -> None:
    for table, column in (("form_versions", "sha1"), ("form_media", "media_type"), ("forms", "webforms_enabled")):
        op.drop_column(table, column)
