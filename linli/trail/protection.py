"""How a table is made append-only: the database itself refuses to change or delete its rows.

Use in a migration::

    operations = [protection.AppendOnly("trail_act")]
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation


def protect_statements(table: str, *, vendor: str) -> list[str]:
    """The SQL that makes ``table`` append-only on ``vendor`` (``sqlite`` or ``postgresql``)."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("update", "delete")
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    ]


def unprotect_statements(table: str, *, vendor: str) -> list[str]:
    """The SQL that undoes `protect_statements`; for reversing a migration and for emptying a test database."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete")]
    return [f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}", f"DROP FUNCTION IF EXISTS {table}_refuse()"]


def protected_tables(cursor: Any, *, vendor: str) -> list[str]:
    """The tables that are append-only in the database at hand."""
    if vendor == "sqlite":
        cursor.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name = tbl_name || '_no_delete'")
    else:
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND t.tgname = c.relname || '_no_change'"
        )
    return [row[0] for row in cursor.fetchall()]


class AppendOnly(Operation):
    """Migration step: from here on rows of the table can only be added."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str) -> None:
        self.table = table

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """How the step is written down."""
        return (self.__class__.__name__, [self.table], {})

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models do not change."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Add the triggers."""
        for statement in protect_statements(self.table, vendor=schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Take the triggers away."""
        for statement in unprotect_statements(self.table, vendor=schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        """One line for the migration's log."""
        return f"Make {self.table} append-only"
