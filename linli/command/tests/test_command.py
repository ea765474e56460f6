"""The command line: what it prints, how it fails, that nothing is half done. Each test runs the real command."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

LINLI = Path(sys.executable).parent / "linli"


@pytest.fixture
def linli(tmp_path):
    def run(*arguments, **environment):
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("LINLI_", "DJANGO_"))}
        return subprocess.run(
            [LINLI, *map(str, arguments)],
            cwd=tmp_path,
            env=clean | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_the_demo_is_built_once_and_used_again(linli, tmp_path):
    first = linli("demo", "--no-serve", "--db", "data/demo.sqlite3", "--day", "2020-06-10", "--people", "60")
    again = linli("--db", "data/demo.sqlite3", "demo", "--no-serve")

    assert first.returncode == again.returncode == 0, first.stderr + again.stderr
    summary = json.loads(first.stdout)
    assert json.loads(again.stdout) == summary
    assert summary["day"] == "2020-06-10"
    assert summary["county"] == {"code": "350583000000", "full_name": "福建省泉州市南安市"}
    assert summary["counts"]["divisions"] == 3805
    assert sorted(login["role"] for login in summary["logins"]) == [
        "ADMINISTRATOR", "AUDITOR", "COMMUNITY_DOCTOR", "COMMUNITY_STAFF",
        "COUNTY_COMMAND", "GRID_WORKER", "RESIDENT", "TOWNSHIP",
    ]  # fmt: skip
    assert not (tmp_path / "data" / "linli.sqlite3").exists()

    other = linli(
        "demo",
        "--no-serve",
        "--seed",
        "2",
        "--people",
        "60",
        "--day",
        "2020-02-01",
        LINLI_DATABASE_URL="data/demo.sqlite3",
    )
    assert (json.loads(other.stdout)["seed"], json.loads(other.stdout)["day"]) == (2, "2020-02-01")


def test_a_database_in_use_is_left_alone(linli, tmp_path):
    table = tmp_path / "divisions.csv"
    table.write_text("code,name\n350000000000,福建省\n")
    assert linli("import", "divisions", table, "--commit").returncode == 0

    refused = linli("demo", "--no-serve")

    assert refused.returncode == 1
    assert "in use and is no demo" in refused.stderr
    assert "1 matched" in linli("import", "divisions", table).stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["demo", "--no-serve", "--day", "2020-02-30"], "“2020-02-30” is not a day"),
        (["demo", "--no-serve", "--county", "350582"], "do not ship with Linli"),
        (["demo", "--no-serve", "--county", "nanan"], "is not the code of a county"),
        (["import", "divisions", "missing.csv"], "There is no such file"),
        (["migrate", "--db", "mysql://x/y"], "“mysql://” is not known"),
        (["serve", "--db", "missing.sqlite3", "--dev"], "There is no such database"),
        (["serve"], "The secret key is missing or weak"),
    ],
)
def test_bad_input_ends_with_1_and_says_what_where_and_what_to_do(linli, arguments, said):
    answer = linli(*arguments)

    assert answer.returncode == 1
    assert said in answer.stderr
    assert "where:" in answer.stderr
    assert "to do:" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_wrong_usage_ends_with_2(linli):
    assert linli("nosuchcommand").returncode == 2
    assert linli("demo", "--nosuchoption").returncode == 2


def test_rejected_rows_end_with_1_and_the_others_are_stored(linli, tmp_path):
    table = tmp_path / "divisions.csv"
    table.write_text("code,name\n350000000000,福建省\n35,福建\n")

    answer = linli("import", "divisions", table, "--commit", "--json")

    report = json.loads(answer.stdout)
    assert answer.returncode == 1
    assert (report["accepted"], report["rejected"], report["rejections"][0]["row"]) == (1, 1, 3)
    assert "row 3: “35” has 2 digits" in answer.stderr


def test_the_command_itself_does_not_load_django():
    code = "import sys, linli.command as c; c.main.list_commands(None); sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_help_names_every_command(linli):
    answer = linli("--help")
    assert answer.returncode == 0
    for name in ("demo", "import", "migrate", "serve"):
        assert f"  {name}" in answer.stdout
