"""What the database itself refuses of rooms: one bed too many, strangers together, a room not disinfected.

M21 asks that nobody be infected inside a site. So at no time are there two parties in a room (`Stay.party`), never more
people than beds, and no other party follows before the room was disinfected. Use in a migration, after the last change
of the tables' columns::

    operations = [RoomRules()]

SQLite builds a table anew when its columns change and drops its triggers; and those on stays name the rooms. A later
migration that changes either table takes the rules away first and puts them back at its end:
``RoomRules(lifted=True)``, then ``RoomRules()``.
"""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

STRANGERS = "sites_stay strangers in one room"
NO_BED = "sites_stay no bed left"
NOT_DISINFECTED = "sites_stay room not disinfected"
BED_IN_USE = "sites_room bed in use"

_HERE = "other.room_id = NEW.room_id AND other.id <> COALESCE(NEW.id, -1)"
_TOGETHER = (
    "(NEW.to_day IS NULL OR (NEW.to_day > NEW.from_day AND other.from_day < NEW.to_day)) "
    "AND (other.to_day IS NULL OR (other.to_day > other.from_day AND other.to_day > NEW.from_day))"
)
_BROKEN = {
    STRANGERS: f"EXISTS (SELECT 1 FROM sites_stay other WHERE {_HERE} AND other.party <> NEW.party AND {_TOGETHER})",
    NOT_DISINFECTED: (
        f"EXISTS (SELECT 1 FROM sites_stay other WHERE {_HERE} AND other.party <> NEW.party "
        "AND other.to_day IS NOT NULL AND other.to_day <= NEW.from_day AND other.disinfected_by_id IS NULL)"
    ),
    # Most people are there on the first day, or on a day on which somebody else comes.
    NO_BED: (
        "(NEW.to_day IS NULL OR NEW.to_day > NEW.from_day) AND EXISTS (SELECT 1 FROM ("
        f"SELECT NEW.from_day AS day UNION SELECT other.from_day FROM sites_stay other WHERE {_HERE} "
        "AND other.from_day > NEW.from_day AND (NEW.to_day IS NULL OR other.from_day < NEW.to_day)) days "
        f"WHERE (SELECT COUNT(*) FROM sites_stay other WHERE {_HERE} AND other.from_day <= days.day "
        "AND (other.to_day IS NULL OR other.to_day > days.day)) "
        ">= (SELECT room.beds FROM sites_room room WHERE room.id = NEW.room_id))"
    ),
}
# A row is judged when it comes, and again when it is made longer or put elsewhere; an end needs no leave.
_IS_WIDER = (
    "NEW.room_id <> OLD.room_id OR NEW.party <> OLD.party OR NEW.from_day <> OLD.from_day "
    "OR (OLD.to_day IS NOT NULL AND (NEW.to_day IS NULL OR NEW.to_day > OLD.to_day))"
)
_TOO_FEW_BEDS = "NEW.beds < (SELECT COUNT(*) FROM sites_stay stay WHERE stay.room_id = NEW.id AND stay.to_day IS NULL)"


def rule_statements(*, vendor: str) -> list[str]:
    """The SQL that adds the rules."""
    if vendor == "sqlite":
        checks = " ".join(f"SELECT RAISE(ABORT, '{said}') WHERE {broken};" for said, broken in _BROKEN.items())
        return [
            f"CREATE TRIGGER sites_stay_rules_insert BEFORE INSERT ON sites_stay BEGIN {checks} END",
            f"CREATE TRIGGER sites_stay_rules_update BEFORE UPDATE ON sites_stay WHEN {_IS_WIDER} BEGIN {checks} END",
            f"CREATE TRIGGER sites_room_rules BEFORE UPDATE ON sites_room WHEN {_TOO_FEW_BEDS} "
            f"BEGIN SELECT RAISE(ABORT, '{BED_IN_USE}'); END",
        ]
    checks = " ".join(
        f"IF {broken} THEN RAISE EXCEPTION '{said}' USING ERRCODE = 'exclusion_violation'; END IF;"
        for said, broken in _BROKEN.items()
    )
    # The lock makes two writers for one room wait for each other.
    lock = "PERFORM pg_advisory_xact_lock(hashtext('sites_room' || {id}::text));"
    return [
        "CREATE OR REPLACE FUNCTION sites_stay_rules() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{lock.format(id='NEW.room_id')} {checks} RETURN NEW; END $$",
        "CREATE TRIGGER sites_stay_rules_insert BEFORE INSERT ON sites_stay "
        "FOR EACH ROW EXECUTE FUNCTION sites_stay_rules()",
        f"CREATE TRIGGER sites_stay_rules_update BEFORE UPDATE ON sites_stay "
        f"FOR EACH ROW WHEN ({_IS_WIDER}) EXECUTE FUNCTION sites_stay_rules()",
        "CREATE OR REPLACE FUNCTION sites_room_rules() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{lock.format(id='NEW.id')} IF {_TOO_FEW_BEDS} THEN RAISE EXCEPTION '{BED_IN_USE}' "
        "USING ERRCODE = 'exclusion_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER sites_room_rules BEFORE UPDATE ON sites_room FOR EACH ROW EXECUTE FUNCTION sites_room_rules()",
    ]


def lifting_statements(*, vendor: str) -> list[str]:
    """The SQL that takes the rules away."""
    triggers = {"sites_stay_rules_insert": "sites_stay", "sites_stay_rules_update": "sites_stay"}
    triggers["sites_room_rules"] = "sites_room"
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name}" for name in triggers]
    return [
        *(f"DROP TRIGGER IF EXISTS {name} ON {table}" for name, table in triggers.items()),
        "DROP FUNCTION IF EXISTS sites_stay_rules()",
        "DROP FUNCTION IF EXISTS sites_room_rules()",
    ]


class RoomRules(Operation):
    """Migration step: from here on the rules of rooms hold; with ``lifted`` they do not."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, *, lifted: bool = False) -> None:
        self.lifted = lifted

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """How the step is written down."""
        return (self.__class__.__name__, [], {"lifted": True} if self.lifted else {})

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models do not change."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Add the rules, or lift them."""
        self._put(schema_editor, lifted=self.lifted)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """The other way round."""
        self._put(schema_editor, lifted=not self.lifted)

    def describe(self) -> str:
        """One line for the migration's log."""
        return "Lift the rules of rooms" if self.lifted else "Refuse strangers, too many people and dirt in a room"

    def _put(self, schema_editor: BaseDatabaseSchemaEditor, *, lifted: bool) -> None:
        vendor = schema_editor.connection.vendor
        for statement in lifting_statements(vendor=vendor) if lifted else rule_statements(vendor=vendor):
            schema_editor.execute(statement, params=None)
