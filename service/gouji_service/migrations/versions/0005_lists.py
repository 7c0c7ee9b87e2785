"""What lists sort, filter and count by: missing tables, folders; and what reviewers said of sums that fail."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NUMBER = sa.Float(precision=53)
BITS = {"active_disclosure": 1, "applications": 2, "review_litigation": 4}
MISSING = sa.text(
    "UPDATE reports SET missing = missing + :bit WHERE EXISTS (SELECT 1 FROM run_tables WHERE run_tables.run_id = "
    "reports.run_id AND run_tables.\"table\" = :table AND run_tables.state = 'missing')"
)


def upgrade() -> None:
    op.add_column("reports", sa.Column("folder", sa.Text(), nullable=True))
    op.add_column("reports", sa.Column("missing", sa.SmallInteger(), nullable=False, server_default="0"))
    connection = op.get_bind()
    for table, bit in BITS.items():
        connection.execute(MISSING, {"table": table, "bit": bit})
    placed = connection.execute(sa.text("SELECT id, path FROM reports WHERE path LIKE '%/%'")).all()
    rows = [{"id": row.id, "folder": row.path.rpartition("/")[0]} for row in placed]
    if rows:
        connection.execute(sa.text("UPDATE reports SET folder = :folder WHERE id = :id"), rows)
    op.drop_index("reports_confidence", table_name="reports")
    op.drop_index("reports_review", table_name="reports")
    op.create_index("reports_confidence", "reports", ["confidence", "id"], unique=False)
    op.create_index("reports_review", "reports", ["needs_review", "confidence", "id"], unique=False)
    op.create_index("reports_by_agency", "reports", ["agency_key", "id"], unique=False)
    op.create_index("reports_by_year", "reports", ["year", "id"], unique=False)
    op.create_index("reports_folder", "reports", ["folder"], unique=False)
    flags = ["needs_review", "reviewed", "missing", "failed_checks", "media_type"]
    op.create_index("reports_flags", "reports", flags, unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("report_id", sa.String(length=26), nullable=False),
        sa.Column("check", sa.String(length=16), nullable=False),
        sa.Column("table", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=80), nullable=False),
        sa.Column("cell", sa.String(length=80), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=True),
        sa.Column("printed", NUMBER, nullable=False),
        sa.Column("computed", NUMBER, nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("decisions_report", "decisions", ["report_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("decisions")
    op.drop_index("reports_flags", table_name="reports")
    op.drop_index("reports_folder", table_name="reports")
    op.drop_index("reports_by_year", table_name="reports")
    op.drop_index("reports_by_agency", table_name="reports")
    op.drop_index("reports_confidence", table_name="reports")
    op.drop_index("reports_review", table_name="reports")
    op.create_index("reports_confidence", "reports", ["confidence"], unique=False)
    op.create_index("reports_review", "reports", ["needs_review", "id"], unique=False)
    op.drop_column("reports", "missing")
    op.drop_column("reports", "folder")
