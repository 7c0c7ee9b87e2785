"""Documents, reports, runs, cells, findings, corrections, year links."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NUMBER = sa.Float(precision=53)
CURRENT_CELLS = """
CREATE VIEW current_cells AS
SELECT reports.id AS report_id, reports.agency, reports.year, slots."table", run_tables.form, slots.name AS cell,
       cells.value, cells.text, cells.state, cells.confidence, cells.page, cells.unit
FROM reports JOIN cells ON cells.run_id = reports.run_id JOIN slots ON slots.id = cells.slot_id
JOIN run_tables ON run_tables.run_id = cells.run_id AND run_tables."table" = slots."table"
"""  # for people and their SQL: what was read, before corrections


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created_at", NUMBER, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "parsers",
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("created_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint"),
    )
    op.create_table(
        "slots",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("table", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("fractional", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("slots_name", "slots", ["table", "name"], unique=True)
    op.create_table(
        "reports",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("declared_type", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("agency_key", sa.Text(), nullable=True),
        sa.Column("agency_confidence", NUMBER, nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("year_confidence", NUMBER, nullable=False),
        sa.Column("run_id", SERIAL, nullable=True),
        sa.Column("latest_fingerprint", sa.String(length=16), nullable=True),
        sa.Column("confidence", NUMBER, nullable=False),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("failed_checks", sa.Integer(), nullable=False),
        sa.Column("corrections", sa.Integer(), nullable=False),
        sa.Column("reviewed", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", NUMBER, nullable=False),
        sa.Column("updated_at", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["sha256"],
            ["documents.sha256"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sha256"),
    )
    op.create_index("reports_agency", "reports", ["agency_key", "year"], unique=False)
    op.create_index("reports_confidence", "reports", ["confidence"], unique=False)
    op.create_index("reports_review", "reports", ["needs_review", "id"], unique=False)
    op.create_table(
        "corrections",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("report_id", sa.String(length=26), nullable=False),
        sa.Column("run_id", SERIAL, nullable=True),
        sa.Column("table", sa.String(length=32), nullable=False),
        sa.Column("cell", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=True),
        sa.Column("value", NUMBER, nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("reviewer", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["reports.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("corrections_report", "corrections", ["report_id", "id"], unique=False)
    op.create_table(
        "runs",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("report_id", sa.String(length=26), nullable=False),
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.Column("engine", sa.String(length=8), nullable=False),
        sa.Column("created_at", NUMBER, nullable=False),
        sa.Column("seconds", NUMBER, nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("agency_confidence", NUMBER, nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("year_confidence", NUMBER, nullable=False),
        sa.Column("confidence", NUMBER, nullable=False),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("failed_checks", sa.Integer(), nullable=False),
        sa.Column("unsure_checks", sa.Integer(), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["fingerprint"],
            ["parsers.fingerprint"],
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["reports.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("runs_report", "runs", ["report_id", "id"], unique=False)
    op.create_table(
        "year_links",
        sa.Column("report_id", sa.String(length=26), nullable=False),
        sa.Column("column", sa.String(length=32), nullable=False),
        sa.Column("previous_id", sa.String(length=26), nullable=False),
        sa.Column("carried_over", NUMBER, nullable=False),
        sa.Column("carried_forward", NUMBER, nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=True),
        sa.Column("blanks", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["previous_id"],
            ["reports.id"],
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["reports.id"],
        ),
        sa.PrimaryKeyConstraint("report_id", "column"),
    )
    op.create_index("year_links_previous", "year_links", ["previous_id"], unique=False)
    op.create_table(
        "cells",
        sa.Column("run_id", SERIAL, autoincrement=False, nullable=False),
        sa.Column("slot_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("value", NUMBER, nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("confidence", NUMBER, nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["runs.id"],
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"],
            ["slots.id"],
        ),
        sa.PrimaryKeyConstraint("run_id", "slot_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "findings",
        sa.Column("run_id", SERIAL, autoincrement=False, nullable=False),
        sa.Column("n", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("check", sa.String(length=16), nullable=False),
        sa.Column("table", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=80), nullable=False),
        sa.Column("printed", NUMBER, nullable=False),
        sa.Column("computed", NUMBER, nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["runs.id"],
        ),
        sa.PrimaryKeyConstraint("run_id", "n"),
    )
    op.create_table(
        "run_tables",
        sa.Column("run_id", SERIAL, autoincrement=False, nullable=False),
        sa.Column("table", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("form", sa.String(length=4), nullable=True),
        sa.Column("engine", sa.String(length=8), nullable=True),
        sa.Column("confidence", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["runs.id"],
        ),
        sa.PrimaryKeyConstraint("run_id", "table"),
    )
    op.execute(CURRENT_CELLS)


def downgrade() -> None:
    op.execute("DROP VIEW current_cells")
    op.drop_table("run_tables")
    op.drop_table("findings")
    op.drop_table("cells")
    op.drop_table("year_links")
    op.drop_table("runs")
    op.drop_table("corrections")
    op.drop_table("reports")
    op.drop_table("slots")
    op.drop_table("parsers")
    op.drop_table("documents")
