"""Durable jobs over many reports."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
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
        "jobs",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("runner", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("engine", sa.String(length=8), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("force", sa.Boolean(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("created_at", NUMBER, nullable=False),
        sa.Column("started_at", NUMBER, nullable=True),
        sa.Column("finished_at", NUMBER, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("jobs_state", "jobs", ["state", "id"], unique=False)
    op.create_table(
        "job_items",
        sa.Column("job_id", sa.String(length=26), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("report_id", sa.String(length=26), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=True),
        sa.Column("lease_until", NUMBER, nullable=True),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("before", NUMBER, nullable=True),
        sa.Column("after", NUMBER, nullable=True),
        sa.Column("changed_cells", sa.Integer(), nullable=True),
        sa.Column("became_current", sa.Boolean(), nullable=True),
        sa.Column("run_id", SERIAL, nullable=True),
        sa.Column("finished_at", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["jobs.id"],
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["reports.id"],
        ),
        sa.PrimaryKeyConstraint("job_id", "n"),
    )
    op.create_index("job_items_owner", "job_items", ["owner"], unique=False)
    op.create_index("job_items_state", "job_items", ["job_id", "state", "n"], unique=False)
    with op.batch_alter_table("runs") as runs:
        runs.add_column(sa.Column("job_id", sa.String(length=26), nullable=True))


def downgrade() -> None:
    op.execute("DROP VIEW current_cells")  # SQLite renames no table that a view reads
    with op.batch_alter_table("runs", table_kwargs={"sqlite_autoincrement": True}) as runs:
        runs.drop_column("job_id")
    op.execute(CURRENT_CELLS)
    op.drop_table("job_items")
    op.drop_table("jobs")
