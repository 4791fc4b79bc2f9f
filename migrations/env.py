"""Alembic's environment: runs the migrations inside the transaction it is handed."""

from alembic import context

from directory import registry  # noqa: F401 - the tables register themselves
from directory.db import metadata
from directory.migrate import is_ours

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    compare_type=True,
    render_as_batch=True,
    include_name=is_ours,
)
context.run_migrations()
