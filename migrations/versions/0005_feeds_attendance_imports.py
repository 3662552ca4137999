"""Scopes of feeds, changes of calendars, attendance, calendars read in.

New columns have defaults in the database, so that the program before this one can still write.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "busy_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("etag", sa.String(length=300), nullable=False),
        sa.Column("last_modified", sa.String(length=100), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=64), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("assumed", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(resource_id IS NULL) <> (user_id IS NULL)",
            name=op.f("ck_busy_source_resource_or_person"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["user_account.id"],
            name=op.f("fk_busy_source_created_by_id_user_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["resource.id"],
            name=op.f("fk_busy_source_resource_id_resource"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_busy_source_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_busy_source")),
    )
    with op.batch_alter_table("busy_source", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_busy_source_due_at"), ["due_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_busy_source_resource_id"), ["resource_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_busy_source_user_id"), ["user_id"], unique=False)

    op.create_table(
        "feed_fetch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("octets", sa.Integer(), nullable=False),
        sa.Column("conditional", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feed.id"], name=op.f("fk_feed_fetch_feed_id_feed"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_fetch")),
        sa.UniqueConstraint("feed_id", "agent", name=op.f("uq_feed_fetch_feed_id_agent")),
    )
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_absence_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["busy_source.id"],
            name=op.f("fk_absence_source_id_busy_source"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_absence_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absence_source_id"), ["source_id"], unique=False)
        batch_op.create_index(
            "ix_absence_user_id_starts_at_ends_at",
            ["user_id", "starts_at", "ends_at"],
            unique=False,
        )

    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.Column("answered_sequence", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["booking.id"],
            name=op.f("fk_attendance_booking_id_booking"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_attendance_user_id_user_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint(
            "booking_id", "recipient", name=op.f("uq_attendance_booking_id_recipient")
        ),
        sa.UniqueConstraint("key_hash", name=op.f("uq_attendance_key_hash")),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_recipient"), ["recipient"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_user_id"), ["user_id"], unique=False)

    op.create_table(
        "calendar_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("facility_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["booking.id"],
            name=op.f("fk_calendar_change_booking_id_booking"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["organisation.id"],
            name=op.f("fk_calendar_change_company_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["facility_id"],
            ["facility.id"],
            name=op.f("fk_calendar_change_facility_id_facility"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_change")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("calendar_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_calendar_change_booking_id"), ["booking_id"], unique=False
        )
        batch_op.create_index(
            "ix_calendar_change_company_id_id", ["company_id", "id"], unique=False
        )
        batch_op.create_index(
            "ix_calendar_change_facility_id_id", ["facility_id", "id"], unique=False
        )

    with op.batch_alter_table(
        "block", schema=None, table_kwargs={"sqlite_autoincrement": True}
    ) as batch_op:
        batch_op.add_column(sa.Column("source_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_block_source_id"), ["source_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_block_source_id_busy_source"),
            "busy_source",
            ["source_id"],
            ["id"],
            ondelete="CASCADE",
        )

    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.add_column(sa.Column("invite_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_booking_invite_at"), ["invite_at"], unique=False)

    with op.batch_alter_table("facility", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("free_busy_public", sa.Boolean(), server_default=sa.false(), nullable=False)
        )

    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("scope", sa.String(length=16), server_default="all", nullable=False)
        )
        batch_op.add_column(sa.Column("site_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("company_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("mine", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(
            sa.Column("role", sa.String(length=32), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("states", sa.String(length=64), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("resources", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("cancelled", sa.Boolean(), server_default=sa.true(), nullable=False)
        )
        batch_op.add_column(
            sa.Column("language", sa.String(length=8), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("name", sa.String(length=100), server_default="", nullable=False)
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_feed_site_id_site"), "site", ["site_id"], ["id"], ondelete="CASCADE"
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_feed_company_id_organisation"),
            "organisation",
            ["company_id"],
            ["id"],
            ondelete="CASCADE",
        )

    op.execute("UPDATE feed SET scope = 'facility' WHERE facility_id IS NOT NULL")

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("calendar", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("calendar_method", sa.String(length=16), server_default="", nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_column("calendar_method")
        batch_op.drop_column("calendar")

    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_feed_company_id_organisation"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_feed_site_id_site"), type_="foreignkey")
        batch_op.drop_column("name")
        batch_op.drop_column("language")
        batch_op.drop_column("cancelled")
        batch_op.drop_column("resources")
        batch_op.drop_column("states")
        batch_op.drop_column("role")
        batch_op.drop_column("mine")
        batch_op.drop_column("company_id")
        batch_op.drop_column("site_id")
        batch_op.drop_column("scope")

    with op.batch_alter_table("facility", schema=None) as batch_op:
        batch_op.drop_column("free_busy_public")

    # Made anew, the table would lose its guards.
    with op.batch_alter_table("booking", schema=None, recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_booking_invite_at"))
        batch_op.drop_column("invite_at")

    with op.batch_alter_table(
        "block", schema=None, table_kwargs={"sqlite_autoincrement": True}
    ) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_block_source_id_busy_source"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_block_source_id"))
        batch_op.drop_column("source_id")

    with op.batch_alter_table("calendar_change", schema=None) as batch_op:
        batch_op.drop_index("ix_calendar_change_facility_id_id")
        batch_op.drop_index("ix_calendar_change_company_id_id")
        batch_op.drop_index(batch_op.f("ix_calendar_change_booking_id"))

    op.drop_table("calendar_change")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_user_id"))
        batch_op.drop_index(batch_op.f("ix_attendance_recipient"))

    op.drop_table("attendance")
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.drop_index("ix_absence_user_id_starts_at_ends_at")
        batch_op.drop_index(batch_op.f("ix_absence_source_id"))

    op.drop_table("absence")
    op.drop_table("feed_fetch")
    with op.batch_alter_table("busy_source", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_busy_source_user_id"))
        batch_op.drop_index(batch_op.f("ix_busy_source_resource_id"))
        batch_op.drop_index(batch_op.f("ix_busy_source_due_at"))

    op.drop_table("busy_source")
