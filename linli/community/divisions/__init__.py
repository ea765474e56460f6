"""The divisions that ship with Linli: the nation down to counties, and one county down to its villages."""

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path

from linli.community.tables import Row

_HERE = Path(__file__).parent
NATION = _HERE / "nation.csv.gz"


def shipped_counties() -> list[str]:
    """The counties (six digits) whose townships and villages ship."""
    return sorted(file.name.removesuffix(".csv.gz") for file in _HERE.glob("[0-9]*.csv.gz"))


def shipped_rows() -> Iterator[Row]:
    """All rows that ship, ready for `import_divisions`."""
    number = 1
    for file in [NATION, *(_HERE / f"{county}.csv.gz" for county in shipped_counties())]:
        with gzip.open(file, "rt", encoding="utf-8", newline="") as stream:
            for cells in csv.DictReader(stream):
                number += 1
                yield Row(number=number, cells=cells)
