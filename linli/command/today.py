"""``linli today``."""

import json
from datetime import date, datetime, time

import click
from django.utils import timezone, translation

from linli.command.county_database import migrate_database, set_up_django
from linli.command.options import at_option, database_option, day_option, json_option
from linli.command.problems import BadInput


@click.command()
@click.option("--worker", metavar="W", help="One worker's list, by number or by full name.")
@click.option("--division", metavar="CODE", help="All lists of a community, a township or the county.")
@json_option
@day_option
@at_option
@database_option
def today(worker: str | None, division: str | None, as_json: bool, day: date | None, at: datetime | None) -> None:
    """What is due on a day, for one worker or for all of a division, each item with its clause.

    Nothing is stored: the list of any day is made anew. Without --at, a past day is seen from its end and today from
    now. Without --worker and --division, the whole county is listed.
    """
    set_up_django()
    from django.db.models import Q

    from linli.community.dated_rows import in_force
    from linli.community.grid.queries import communities
    from linli.community.models import Worker
    from linli.community.queries import demo_moment, deployment
    from linli.records.kinds import kind_of
    from linli.worklist.items_json import item_as_dict
    from linli.worklist.queries import work_in, work_of_worker

    migrate_database()
    deployed = deployment()
    if deployed is None:
        raise BadInput("there is no county in this database", where="--db", remedy="Run `linli demo --no-serve` first.")
    now = demo_moment(deployed, at=at or timezone.now()) if at is None else at
    wanted = day or timezone.localdate(now)
    if at is None and wanted < timezone.localdate(now):
        now = timezone.make_aware(datetime.combine(wanted, time(23, 59, 59)))
    with translation.override("zh-hans"):
        if worker is not None:
            named = Q(pk=worker) if worker.isdecimal() else Q(name=worker)
            workers = list(Worker.objects.filter(named, in_force(wanted))[:2])
            if len(workers) != 1:
                several = "several workers are" if workers else "no worker is"
                raise BadInput(
                    f"{several} called “{worker}”",
                    where="--worker",
                    remedy="Give the number of the worker: it stands in `worker` of `linli today --json`.",
                )
            items = work_of_worker(workers[0], day=wanted, at=now)
        else:
            area = division or deployed.county_id
            codes = list(communities([area]).values_list("code", flat=True))
            if not codes:
                raise BadInput(
                    f"there is no community in “{area}”", where="--division", remedy="Give a 12-digit division code."
                )
            items = [item for _, found in work_in(codes, day=wanted, at=now) for item in found]
        if as_json:
            answer = {"day": wanted.isoformat(), "items": [item_as_dict(item) for item in items]}
            click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
            return
        for item in items:
            what = kind_of(item.kind).say.zh
            click.echo(f"{item.state:8}{item.owner.name}  {item.place} {item.label}  {what}")
        click.echo(f"{len(items)} items, {sum(item.is_open for item in items)} open")
