"""What alembic runs: the migrations, inside the transaction of the connection that `store/migrating.py` hands over."""

from alembic import context

from gouji_service.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
    transactional_ddl=False,  # the caller's transaction holds all of it
)
context.run_migrations()
