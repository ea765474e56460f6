"""``linli serve``: the web server with its workers."""

import os
import secrets
import socket
from pathlib import Path
from threading import Thread
from typing import Any

import click

from linli.command.county_database import require_migrated, set_up_django
from linli.command.options import database_option
from linli.command.packs_in_force import keep_packs_in_force
from linli.command.problems import BadInput

WORKERS = 2
THREADS = 4
_DEV_KEY = Path("data/dev-secret-key")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=WORKERS, show_default=True, type=click.IntRange(1, 64))
@click.option(
    "--threads", default=THREADS, show_default=True, type=click.IntRange(1, 64), help="Threads of each worker."
)
@click.option("--dev", is_flag=True, help="On one's own machine: no HTTPS, local host names, a key made here.")
@database_option
def serve(host: str, port: int, workers: int, threads: int, dev: bool) -> None:
    """Serve the county database. Outside --dev it needs LINLI_SECRET_KEY and LINLI_ALLOWED_HOSTS."""
    prepare_environment(is_dev=dev)
    set_up_django(is_dev=dev)
    from django.conf import settings

    from linli.web.safety import Unsafe, require_safe

    try:
        require_safe(
            secret_key=os.environ.get("LINLI_SECRET_KEY", ""),
            allowed_hosts=settings.ALLOWED_HOSTS,
            is_dev=settings.IS_DEV,
        )
    except Unsafe as unsafe:
        raise BadInput(unsafe.what, where="the environment", remedy=unsafe.remedy) from unsafe
    require_migrated()
    run_server(host=host, port=port, workers=workers, threads=threads)


def prepare_environment(*, is_dev: bool) -> None:
    """On a dev machine without a key: one that lasts, so that sessions outlive a restart."""
    if not is_dev or os.environ.get("LINLI_SECRET_KEY"):
        return
    if not _DEV_KEY.exists():
        _DEV_KEY.parent.mkdir(parents=True, exist_ok=True)
        _DEV_KEY.touch(mode=0o600)
        _DEV_KEY.write_text(secrets.token_urlsafe(60))
    os.environ["LINLI_SECRET_KEY"] = _DEV_KEY.read_text()


def require_free(*, host: str, port: int) -> None:
    """Raises: BadInput, when somebody else listens there or the address is not ours."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise BadInput(
                f"Cannot listen on {host}:{port}: {error.strerror}",
                where=f"--host {host} --port {port}",
                remedy=f"Choose another port, for example {port + 1 if port < 65535 else 8000}.",
            ) from error


def run_server(*, host: str, port: int, workers: int = WORKERS, threads: int = THREADS) -> None:
    """Collect the styles and scripts, then serve until told to stop. Needs Django set up."""
    from django.core.management import call_command
    from django.db import connections
    from django.utils import timezone
    from gunicorn.app.base import BaseApplication

    require_free(host=host, port=port)
    keep_packs_in_force(at=timezone.now())
    call_command("collectstatic", interactive=False, verbosity=0)
    connections.close_all()

    class Server(BaseApplication):  # type: ignore[misc] # the library has no types
        """Gunicorn with our settings instead of a file of its own."""

        def load_config(self) -> None:
            """Our settings."""
            self.cfg.set("bind", f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
            self.cfg.set("workers", workers)
            self.cfg.set("threads", threads)
            self.cfg.set("worker_class", "gthread")
            self.cfg.set("loglevel", "error")
            self.cfg.set("post_worker_init", warm_worker)

        def load(self) -> Any:
            """The application, in each worker."""
            from linli.web.wsgi import application

            return application

    Server().run()


def warm_worker(worker: Any) -> Thread:
    """In each worker, beside its work: read the packs, so that the first visitor does not wait for them."""
    thread = Thread(target=_warm_up, name="warm-up", daemon=True)
    thread.start()
    return thread


def _warm_up() -> None:
    import structlog
    from django.db import connections
    from django.utils import timezone

    from linli.community.queries import demo_moment, deployment
    from linli.explorer.warming import warm_up

    try:
        warm_up(day=timezone.localdate(demo_moment(deployment(), at=timezone.now())))
    except Exception:
        # The server works without it: whoever asks first waits, and sees the page for what is wrong.
        structlog.get_logger(__name__).exception("warm_up_failed")
    finally:
        connections.close_all()
