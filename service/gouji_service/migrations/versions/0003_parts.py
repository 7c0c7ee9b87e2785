"""Several reports of one document, told by their number."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
CURRENT_CELLS = """
CREATE VIEW current_cells AS
SELECT reports.id AS report_id, reports.agency, reports.year, slots."table", run_tables.form, slots.name AS cell,
       cells.value, cells.text, cells.state, cells.confidence, cells.page, cells.unit
FROM reports JOIN cells ON cells.run_id = reports.run_id JOIN slots ON slots.id = cells.slot_id
JOIN run_tables ON run_tables.run_id = cells.run_id AND run_tables."table" = slots."table"
"""  # for people and their SQL: what was read, before corrections
_UNIQUE = "reports_sha256_key"  # PostgreSQL's name of the constraint of 0001; SQLite keeps none, so it is given one
_NAMING = {"uq": "%(table_name)s_%(column_0_name)s_key"}


def upgrade() -> None:
    op.execute("DROP VIEW current_cells")  # SQLite renames no table that a view reads
    with op.batch_alter_table("reports", naming_convention=_NAMING) as reports:
        reports.add_column(sa.Column("part", sa.SmallInteger(), nullable=False, server_default="1"))
        reports.add_column(sa.Column("parts", sa.SmallInteger(), nullable=False, server_default="1"))
        reports.drop_constraint(_UNIQUE, type_="unique")
        reports.create_unique_constraint("reports_document", ["sha256", "part"])
    with op.batch_alter_table("reports") as reports:  # new rows say what they are
        reports.alter_column("part", server_default=None)
        reports.alter_column("parts", server_default=None)
    op.execute(CURRENT_CELLS)


def downgrade() -> None:
    op.execute("DROP VIEW current_cells")
    _drop_further_parts()
    with op.batch_alter_table("reports") as reports:
        reports.drop_constraint("reports_document", type_="unique")
        reports.create_unique_constraint(_UNIQUE, ["sha256"])
        reports.drop_column("parts")
        reports.drop_column("part")
    op.execute(CURRENT_CELLS)


def _drop_further_parts() -> None:
    """The tables of before hold one report a document: the first of each stays."""
    reports = "(SELECT id FROM reports WHERE part > 1)"
    runs = f"(SELECT id FROM runs WHERE report_id IN {reports})"
    for table in ("run_tables", "cells", "findings"):
        op.execute(f"DELETE FROM {table} WHERE run_id IN {runs}")
    op.execute(f"DELETE FROM year_links WHERE report_id IN {reports} OR previous_id IN {reports}")
    for table in ("job_items", "corrections", "runs"):
        op.execute(f"DELETE FROM {table} WHERE report_id IN {reports}")
    op.execute("DELETE FROM reports WHERE part > 1")
