"""What Alembic runs: the migrations, on the connection that `madang.storage.migrate` opened."""

from __future__ import annotations

from alembic import context

from madang.storage.rows import SCHEMA

context.configure(
    connection=context.config.attributes["connection"],
    version_table_schema=SCHEMA,
    include_schemas=True,
    transactional_ddl=True,
)
context.run_migrations()
