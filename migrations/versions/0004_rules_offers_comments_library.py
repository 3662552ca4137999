"""Rules as data, evidence at gates, people on site, offers, comments, a company's library.

New columns have defaults in the database, so that the program before this one can still write.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_attempt")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempt_ends_at"), ["ends_at"], unique=False)

    op.create_table(
        "library_article",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("test_article", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["user_account.id"],
            name=op.f("fk_library_article_changed_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["organisation.id"],
            name=op.f("fk_library_article_company_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_article")),
    )
    with op.batch_alter_table("library_article", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_library_article_company_id"), ["company_id"], unique=False
        )

    op.create_table(
        "library_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["organisation.id"],
            name=op.f("fk_library_paper_company_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"],
            ["user_account.id"],
            name=op.f("fk_library_paper_uploaded_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_paper")),
    )
    with op.batch_alter_table("library_paper", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_library_paper_company_id"), ["company_id"], unique=False
        )

    op.create_table(
        "rule_book",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["user_account.id"],
            name=op.f("fk_rule_book_changed_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_book")),
        sa.UniqueConstraint("number", name=op.f("uq_rule_book_number")),
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pilot_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_comment_author_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["pilot_id"], ["pilot.id"], name=op.f("fk_comment_pilot_id_pilot"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index("ix_comment_pilot_id_id", ["pilot_id", "id"], unique=False)

    op.create_table(
        "comment_read",
        sa.Column("pilot_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pilot_id"],
            ["pilot.id"],
            name=op.f("fk_comment_read_pilot_id_pilot"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_comment_read_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("pilot_id", "user_id", name=op.f("pk_comment_read")),
    )
    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pilot_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'declined', 'expired', 'withdrawn')",
            name=op.f("ck_offer_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["user_account.id"],
            name=op.f("fk_offer_answered_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_offer_made_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["pilot_id"], ["pilot.id"], name=op.f("fk_offer_pilot_id_pilot"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index("ix_offer_pilot_id_state", ["pilot_id", "state"], unique=False)
        batch_op.create_index("ix_offer_state_expires_at", ["state", "expires_at"], unique=False)

    op.create_table(
        "participant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pilot_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("task", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["pilot_id"],
            ["pilot.id"],
            name=op.f("fk_participant_pilot_id_pilot"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
    )
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_participant_pilot_id"), ["pilot_id"], unique=False)

    op.create_table(
        "undo",
        sa.Column("pilot_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_undo_made_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["pilot_id"], ["pilot.id"], name=op.f("fk_undo_pilot_id_pilot"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pilot_id", name=op.f("pk_undo")),
    )
    op.create_table(
        "card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_card_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
    )
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_card_participant_id"), ["participant_id"], unique=False
        )

    op.create_table(
        "comment_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comment.id"],
            name=op.f("fk_comment_file_comment_id_comment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_file")),
    )
    with op.batch_alter_table("comment_file", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_comment_file_comment_id"), ["comment_id"], unique=False
        )

    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(
            "ix_audit_organisation_id_id", ["organisation_id", "id"], unique=False
        )

    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "offer_id",
                sa.Integer(),
                sa.ForeignKey("offer.id", name="fk_booking_offer_id_offer", ondelete="SET NULL"),
                nullable=True,
            )
        )
        batch_op.create_index(batch_op.f("ix_booking_offer_id"), ["offer_id"], unique=False)

    with op.batch_alter_table("condition", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("evidence", sa.String(length=64), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("late_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column(
                "gate_id",
                sa.Integer(),
                sa.ForeignKey("gate.id", name="fk_condition_gate_id_gate", ondelete="SET NULL"),
                nullable=True,
            )
        )

    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "organisation_id",
                sa.Integer(),
                sa.ForeignKey(
                    "organisation.id",
                    name="fk_feed_organisation_id_organisation",
                    ondelete="CASCADE",
                ),
                nullable=True,
            )
        )

    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("rejected_note", sa.Text(), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("rejected_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("gate", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("working_days", sa.Integer(), nullable=False, server_default="5")
        )
        batch_op.add_column(sa.Column("evidence", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("rules", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(
            sa.Column("date_dependent", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("article_dependent", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        batch_op.add_column(
            sa.Column("papers_seen", sa.JSON(), nullable=False, server_default="[]")
        )
        batch_op.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("late_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True))

        batch_op.create_index("ix_gate_state_due_on", ["state", "due_on"], unique=False)

    with op.batch_alter_table("pilot", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("asks_aid", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("rules_number", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("lane_reasons", sa.JSON(), nullable=False, server_default="[]")
        )
        batch_op.add_column(sa.Column("waitlisted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("info_asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("info_reminded_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("hold_reminded_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("hold_renewed", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    # What is offered now gets a week from today; who waits now waits since the last change.
    now = datetime.now(UTC)
    op.execute(
        sa.text(
            "INSERT INTO offer (pilot_id, state, note, made_at, expires_at)"
            " SELECT id, 'open', '', :now, :until FROM pilot WHERE state = 'offered'"
        ).bindparams(
            sa.bindparam("now", now, sa.DateTime(timezone=True)),
            sa.bindparam("until", now + timedelta(days=7), sa.DateTime(timezone=True)),
        )
    )
    op.execute(
        "UPDATE booking SET offer_id ="
        " (SELECT offer.id FROM offer WHERE offer.pilot_id = booking.pilot_id)"
        " WHERE state = 'tentative' AND pilot_id IN (SELECT pilot_id FROM offer)"
    )
    op.execute("UPDATE pilot SET waitlisted_at = changed_at WHERE state = 'waitlisted'")
    # A feed belongs to the one organisation of its owner; of several, to the first joined (NULL).
    op.execute(
        "UPDATE feed SET organisation_id ="
        " (SELECT min(organisation_id) FROM membership WHERE membership.user_id = feed.user_id)"
        " WHERE 1 = (SELECT count(DISTINCT organisation_id) FROM membership"
        " WHERE membership.user_id = feed.user_id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("pilot", schema=None) as batch_op:
        batch_op.drop_column("hold_renewed")
        batch_op.drop_column("hold_until")
        batch_op.drop_column("hold_reminded_at")
        batch_op.drop_column("info_reminded_at")
        batch_op.drop_column("info_asked_at")
        batch_op.drop_column("waitlisted_at")
        batch_op.drop_column("lane_reasons")
        batch_op.drop_column("rules_number")
        batch_op.drop_column("asks_aid")

    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.drop_column("rejected_at")
        batch_op.drop_column("rejected_note")

    with op.batch_alter_table("gate", schema=None) as batch_op:
        batch_op.drop_index("ix_gate_state_due_on")
        batch_op.drop_column("escalated_at")
        batch_op.drop_column("late_at")
        batch_op.drop_column("reminded_at")
        batch_op.drop_column("papers_seen")
        batch_op.drop_column("article_dependent")
        batch_op.drop_column("date_dependent")
        batch_op.drop_column("rules")
        batch_op.drop_column("evidence")
        batch_op.drop_column("working_days")

    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_feed_organisation_id_organisation"), type_="foreignkey"
        )
        batch_op.drop_column("organisation_id")

    with op.batch_alter_table("condition", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_condition_gate_id_gate"), type_="foreignkey")
        batch_op.drop_column("gate_id")
        batch_op.drop_column("late_at")
        batch_op.drop_column("reminded_at")
        batch_op.drop_column("evidence")

    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_booking_offer_id_offer"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_booking_offer_id"))
        batch_op.drop_column("offer_id")

    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_organisation_id_id")

    with op.batch_alter_table("comment_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comment_file_comment_id"))

    op.drop_table("comment_file")
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_card_participant_id"))

    op.drop_table("card")
    op.drop_table("undo")
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participant_pilot_id"))

    op.drop_table("participant")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index("ix_offer_state_expires_at")
        batch_op.drop_index("ix_offer_pilot_id_state")

    op.drop_table("offer")
    op.drop_table("comment_read")
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_index("ix_comment_pilot_id_id")

    op.drop_table("comment")
    op.drop_table("rule_book")
    with op.batch_alter_table("library_paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_library_paper_company_id"))

    op.drop_table("library_paper")
    with op.batch_alter_table("library_article", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_library_article_company_id"))

    op.drop_table("library_article")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempt_ends_at"))

    op.drop_table("attempt")
