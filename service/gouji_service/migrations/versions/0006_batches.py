"""Jobs over sources that are not kept as reports yet: many files sent at once."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
ADDED = {"sha256": sa.String(length=64), "name": sa.Text(), "path": sa.Text(), "declared_type": sa.Text()}


def upgrade() -> None:
    op.add_column("jobs", sa.Column("kind", sa.String(length=8), nullable=False, server_default="reparse"))
    with op.batch_alter_table("job_items") as items:
        items.alter_column("report_id", existing_type=sa.String(length=26), nullable=True)
        for name, kind in ADDED.items():
            items.add_column(sa.Column(name, kind, nullable=True))
        items.add_column(sa.Column("reports", sa.SmallInteger(), nullable=True))
    op.create_index("job_items_sha256", "job_items", ["sha256"], unique=False)


def downgrade() -> None:
    op.drop_index("job_items_sha256", table_name="job_items")
    op.execute("DELETE FROM job_items WHERE report_id IS NULL")
    with op.batch_alter_table("job_items") as items:
        for name in (*ADDED, "reports"):
            items.drop_column(name)
        items.alter_column("report_id", existing_type=sa.String(length=26), nullable=False)
    op.drop_column("jobs", "kind")
