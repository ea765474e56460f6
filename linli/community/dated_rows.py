"""Rows that hold from one day up to, not including, another: which hold on a day, and that no two alike overlap.

The database itself refuses the overlap. Use in a migration, after the last change of the table's columns::

    operations = [NoOverlap("community_residence", by="resident_id")]

SQLite builds a table anew when its columns change and drops its triggers: a later migration repeats the step, as
``NoOverlapAgain``, before and after its own.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.models import Q


def in_force(day: date, *, path: str = "") -> Q:
    """The rows that hold on ``day``; ``path`` leads to them (``residences__``)."""
    return Q(**{f"{path}from_day__lte": day}) & (Q(**{f"{path}to_day__isnull": True}) | Q(**{f"{path}to_day__gt": day}))


def no_overlap_statements(table: str, *, by: str, within: Sequence[str], vendor: str) -> list[str]:
    """The SQL that refuses two rows of ``table`` that overlap and agree in ``by`` and in all of ``within``."""
    refusal = f"{table} overlaps"
    same = "IS" if vendor == "sqlite" else "IS NOT DISTINCT FROM"
    alike = "".join(f' AND other."{column}" {same} NEW."{column}"' for column in within)
    overlap = (
        f"SELECT 1 FROM {table} other WHERE other.{by} = NEW.{by}{alike} AND other.id <> COALESCE(NEW.id, -1) "
        "AND (NEW.to_day IS NULL OR (NEW.to_day > NEW.from_day AND other.from_day < NEW.to_day)) "
        "AND (other.to_day IS NULL OR (other.to_day > other.from_day AND other.to_day > NEW.from_day))"
    )
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_overlap_{verb} BEFORE {verb.upper()} ON {table} WHEN EXISTS ({overlap}) "
            f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            for verb in ("insert", "update")
        ]
    # The lock makes two writers for one owner wait for each other.
    return [
        f"CREATE OR REPLACE FUNCTION {table}_refuse_overlap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"PERFORM pg_advisory_xact_lock(hashtext('{table}' || NEW.{by}::text)); "
        f"IF EXISTS ({overlap}) THEN RAISE EXCEPTION '{refusal}' USING ERRCODE = 'exclusion_violation'; END IF; "
        "RETURN NEW; END $$",
        f"CREATE TRIGGER {table}_no_overlap BEFORE INSERT OR UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse_overlap()",
    ]


def overlap_statements(table: str, *, vendor: str) -> list[str]:
    """The SQL that undoes `no_overlap_statements`."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_no_overlap_{verb}" for verb in ("insert", "update")]
    return [
        f"DROP TRIGGER IF EXISTS {table}_no_overlap ON {table}",
        f"DROP FUNCTION IF EXISTS {table}_refuse_overlap()",
    ]


class NoOverlap(Operation):
    """Migration step: from here on no two rows of one owner, alike in ``within``, hold on the same day."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str, *, by: str, within: Sequence[str] = ()) -> None:
        self.table, self.by, self.within = table, by, tuple(within)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """How the step is written down."""
        return (self.__class__.__name__, [self.table], {"by": self.by, "within": self.within})

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models do not change."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Add the triggers."""
        vendor = schema_editor.connection.vendor
        for statement in no_overlap_statements(self.table, by=self.by, within=self.within, vendor=vendor):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Take the triggers away."""
        for statement in overlap_statements(self.table, vendor=schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        """One line for the migration's log."""
        return f"Refuse overlapping rows in {self.table}"


class NoOverlapAgain(NoOverlap):
    """The same once more, around a change of the table: first and last in the migration, so that it holds both ways."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Add the triggers anew."""
        super().database_backwards(app_label, schema_editor, from_state, to_state)
        super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Add the triggers anew: the step before this one had them too."""
        self.database_forwards(app_label, schema_editor, from_state, to_state)
