"""``python -m linli.web.fields_check``: is every stored field registered, with every question answered?"""

import os
import sys

import django

from linli.community.roles import Role
from linli.trail.field_register import READERS_BESIDE_ROLES, RegisterProblem, read_register


def field_problems() -> list[RegisterProblem]:
    """What is wrong with the register, unknown readers included. Needs Django set up."""
    entries, problems = read_register()
    known = {*Role.values, *READERS_BESIDE_ROLES}
    for entry in entries:
        for field in entry.fields:
            problems += [
                RegisterProblem(
                    file="fields.yaml",
                    where=f"{field.model}.{field.field}",
                    why=f"“{role}” is neither a role nor one of {', '.join(READERS_BESIDE_ROLES)}",
                )
                for role in field.roles
                if role not in known
            ]
    return problems


def main() -> int:
    """Print the problems; 1 if there are any."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.web.settings")
    django.setup()
    problems = field_problems()
    for problem in problems:
        print(problem, file=sys.stderr)  # noqa: T201 - a command
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
