"""Many places at once: from columns and from Parquet files, good and bad."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linli.policy import sweep
from linli.policy.answer_json import AnswerWriter
from linli.policy.cells import CellSpace, distinct
from linli.policy.decide import decide, decision_as_dict
from linli.policy.facts import PlaceFacts, read_facts
from linli.policy.problems import InputRefused
from linli.policy.rulebook import Rulebook
from linli.policy.sweep import answers_for_keys, pack_keys, sweep_file, sweep_table

SUMMER = date(2020, 7, 1)

LIUCHENG = {
    "division_code": "350583001001",
    "tier": "MEDIUM",
    "community_class": "OUTBREAK",
    "setting": "URBAN",
    "response_active": True,
    "cases_14d": 7,
    "clustered": False,
    "property_managed": True,
    "weak_area": False,
}
PLACES: list[dict[str, Any]] = [
    LIUCHENG,
    LIUCHENG | {"cases_14d": 3},
    LIUCHENG | {"cases_14d": None},
    LIUCHENG | {"division_code": "330106001001"},
    LIUCHENG | {"division_code": None},
    LIUCHENG | {"tier": None, "clustered": None},
    dict.fromkeys(LIUCHENG),
]


@pytest.fixture(scope="module")
def space(book: Rulebook) -> CellSpace:
    return CellSpace(book)


def facts_table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist([{"name": f"No. {i}"} | row for i, row in enumerate(rows)])


def same_answer(swept: dict[str, Any], alone: dict[str, Any]) -> bool:
    """Equal but for the facts shown: a count stands for its bin, a code for its territory."""

    def plain(answer: dict[str, Any]) -> dict[str, Any]:
        norms = [n | {"because": sorted(n["because"])} for n in answer["norms"]]
        return json.loads(json.dumps(answer | {"facts": None, "norms": norms}))

    return plain(swept) == plain(alone)


# ---- columns ---------------------------------------------------------------------------------------------------------
def test_every_row_of_a_table_gets_its_own_decision(book: Rulebook, space: CellSpace):
    table = facts_table(PLACES)
    answers = sweep_table(space, dict(zip(table.column_names, table.columns, strict=True)), day=SUMMER)
    for row, place in enumerate(PLACES):
        alone = decide(book, read_facts(place, book.words), SUMMER)
        assert same_answer(decision_as_dict(answers[row]), decision_as_dict(alone))


def test_two_counts_of_one_bin_share_a_cell_and_an_unknown_one_does_not(space: CellSpace):
    table = facts_table(PLACES)
    cells = sweep_table(space, dict(zip(table.column_names, table.columns, strict=True)), day=SUMMER).cells
    assert cells[0] == cells[1] != cells[2]
    assert distinct(cells) == sorted(set(cells.tolist()))


def test_a_cell_leaves_out_what_decides_nothing_there(space: CellSpace):
    hangzhou = {"division_code": np.array(["330106001001"] * 2), "cases_14d": np.array([0, 12])}
    cells = sweep_table(space, hangzhou, day=SUMMER).cells
    assert cells[0] == cells[1]
    assert space.facts_of(int(cells[0])).facts == PlaceFacts("", {})


def test_a_cell_shows_the_first_number_of_a_bin_and_the_code_of_the_territory(space: CellSpace):
    nanan = {"division_code": np.array(["350583001001"]), "cases_14d": np.array([7])}
    cell = int(sweep_table(space, nanan, day=SUMMER).cells[0])
    assert space.facts_of(cell).facts.as_dict() == {"division_code": "350583000000", "cases_14d": 1}


@pytest.mark.parametrize(
    "tiers",
    [
        np.array(["LOW", None, "HIGH"], dtype=object),
        np.ma.array(["LOW", "LOW", "HIGH"], mask=[False, True, False]),
        pa.array(["LOW", None, "HIGH"]),
        pa.array(["LOW", None, "HIGH"], type=pa.large_string()),
        pa.array(["LOW", None, "HIGH"], type=pa.string_view()),
        pa.array(["LOW", None, "HIGH"]).dictionary_encode(),
        pa.chunked_array([["LOW"], [None, "HIGH"]]),
        pa.array(["x", "LOW", None, "HIGH"]).slice(1),
    ],
    ids=lambda column: str(getattr(column, "type", column.dtype if hasattr(column, "dtype") else column)),
)
def test_words_may_come_in_any_array(space: CellSpace, tiers: Any):
    plain = pack_keys(space, {"tier": pa.array(["LOW", None, "HIGH"])})
    assert (pack_keys(space, {"tier": tiers}) == plain).all()


@pytest.mark.parametrize(
    "counts",
    [
        pa.array([0, None, 12], type=pa.uint8()),
        pa.array([0.0, None, 12.0]),
        np.array([0, np.nan, 12.0]),
        np.ma.array([0, 5, 12], mask=[False, True, False]),
        np.array([0, None, 12], dtype=object),
    ],
    ids=["bytes", "floats of Arrow", "floats", "masked", "objects"],
)
def test_counts_may_come_in_any_array(space: CellSpace, counts: Any):
    plain = pack_keys(space, {"cases_14d": pa.array([0, None, 12])})
    assert (pack_keys(space, {"cases_14d": counts}) == plain).all()


def test_booleans_may_come_in_any_array(space: CellSpace):
    claims = [True, None, False] * 7
    plain = pack_keys(space, {"clustered": np.array(claims, dtype=object)})
    for column in (
        pa.array(claims),
        pa.array([False, None, True, *claims]).slice(3),
        pa.chunked_array([claims[:10], claims[10:]]),
        pa.array(claims).dictionary_encode(),
        np.ma.array([bool(claim) for claim in claims], mask=[claim is None for claim in claims]),
    ):
        assert (pack_keys(space, {"clustered": column}) == plain).all()
    assert (
        len(pack_keys(space, {"clustered": pa.array([], type=pa.bool_()), "tier": pa.array([], type=pa.string())})) == 0
    )


def test_division_codes_may_come_in_any_array(space: CellSpace):
    codes = ["350583001001", "330106001001", "350583100200"]
    plain = pack_keys(space, {"division_code": np.array(codes)})
    with_gaps = pa.array(["0", "350583001001", None, "330106001001", "350583100200"])[1:]
    assert (pack_keys(space, {"division_code": pa.array(codes)}) == plain).all()
    assert (pack_keys(space, {"division_code": pa.array(codes).dictionary_encode()}) == plain).all()
    assert (pack_keys(space, {"division_code": np.array(codes, dtype=object)}) == plain).all()
    keys = pack_keys(space, {"division_code": with_gaps})
    assert (keys[[0, 2, 3]] == plain).all()
    assert keys[1] == pack_keys(space, {"tier": pa.nulls(1)})[0]


def test_without_arrow_the_cells_are_the_same(book: Rulebook, space: CellSpace, monkeypatch: pytest.MonkeyPatch):
    keys = np.arange(space.size).astype(space.key_type)
    with_arrow = answers_for_keys(space, keys, day=SUMMER).cells
    monkeypatch.setattr("linli.policy.cells.look_up_with_arrow", lambda table: None)
    assert (answers_for_keys(CellSpace(book), keys, day=SUMMER).cells == with_arrow).all()
    monkeypatch.setattr("linli.policy.cells.DENSE_KEYS", 100)
    assert (answers_for_keys(CellSpace(book), keys, day=SUMMER).cells == with_arrow).all()


def test_the_text_of_an_answer_is_the_decision_as_json(book: Rulebook):
    writer = AnswerWriter(book)
    for place in PLACES:
        for day in (date(2020, 1, 28), SUMMER, date(2021, 2, 1), date(2023, 2, 1)):
            decision = decide(book, read_facts(place, book.words), day)
            assert json.loads(writer.write(decision)) == json.loads(json.dumps(decision_as_dict(decision)))


# ---- Parquet ---------------------------------------------------------------------------------------------------------
def written(folder: Path, table: pa.Table) -> Path:
    path = folder / "facts.parquet"
    pq.write_table(table, path)
    return path


@pytest.mark.row("A3")
def test_a_file_comes_out_with_the_cell_and_the_answer_of_every_row(book: Rulebook, tmp_path: Path):
    source = written(tmp_path, facts_table(PLACES))
    done = sweep_file(book, source, tmp_path / "out.parquet", day=SUMMER)
    out = pq.read_table(tmp_path / "out.parquet")
    assert out.column_names[-5:] == ["cell", "must", "may", "must_not", "answer"]
    assert out.select(pq.read_table(source).column_names).equals(pq.read_table(source))
    assert done.rows == len(PLACES) and "rows/s" in done.line()
    for row, place in zip(out.to_pylist(), PLACES, strict=True):
        alone = decide(book, read_facts(place, book.words), SUMMER)
        assert same_answer(json.loads(row["answer"]), decision_as_dict(alone))
        for mode in ("must", "may", "must_not"):
            assert row[mode] == len(alone.norm_ids(mode))


def test_equal_answers_are_stored_once(book: Rulebook, tmp_path: Path):
    done = sweep_file(book, written(tmp_path, facts_table(PLACES * 200)), tmp_path / "out.parquet", day=SUMMER)
    answers = pq.read_table(tmp_path / "out.parquet").column("answer")
    assert done.cells == 6 and answers.num_chunks == 1 and len(answers.chunk(0).dictionary) == 6


def test_rows_may_bring_their_own_day_also_one_before_all_documents(book: Rulebook, tmp_path: Path):
    days = [date(2020, 1, 28), date(2020, 1, 29), date(2021, 2, 1), date(2023, 1, 5), date(2023, 1, 6)]
    rows = [LIUCHENG | {"day": day} for day in days]
    for column in (
        [row["day"] for row in rows],
        [row["day"].isoformat() for row in rows],
        [datetime.combine(row["day"], datetime.min.time()) for row in rows],
    ):
        table = facts_table(rows).set_column(10, "day", pa.array(column))
        sweep_file(book, written(tmp_path, table), tmp_path / "out.parquet")
        for row, day in zip(pq.read_table(tmp_path / "out.parquet").to_pylist(), days, strict=True):
            alone = decision_as_dict(decide(book, read_facts(LIUCHENG, book.words), day))
            swept = json.loads(row["answer"])
            assert swept["day"] <= day.isoformat()
            assert same_answer(swept | {"day": alone["day"]}, alone)
    assert pq.read_table(tmp_path / "out.parquet").column("must")[0].as_py() == 0


def test_a_long_file_goes_through_in_pieces(book: Rulebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sweep, "BATCH_ROWS", 5)
    monkeypatch.setattr(sweep, "GROUP_ROWS", 20)
    monkeypatch.setattr(sweep, "GROUP_BYTES", 1_000_000)
    rows = PLACES * 9
    done = sweep_file(book, written(tmp_path, facts_table(rows)), tmp_path / "out.parquet", day=SUMMER)
    assert done.rows == len(rows)
    out = pq.ParquetFile(tmp_path / "out.parquet")
    assert out.num_row_groups > 3
    swept = out.read()
    assert swept.column("name").to_pylist() == [f"No. {i}" for i in range(len(rows))]
    first = swept.column("answer")[: len(PLACES)].to_pylist()
    assert swept.column("answer").to_pylist() == first * 9


def test_an_empty_file_comes_out_empty(book: Rulebook, tmp_path: Path):
    sweep_file(book, written(tmp_path, facts_table(PLACES).slice(0, 0)), tmp_path / "out.parquet", day=SUMMER)
    assert len(pq.read_table(tmp_path / "out.parquet")) == 0


# ---- bad input -------------------------------------------------------------------------------------------------------
def changed(**columns: Any) -> pa.Table:
    """A good table of three places, with columns exchanged or added."""
    table = facts_table([LIUCHENG] * 3)
    for name, column in columns.items():
        at = table.column_names.index(name) if name in table.column_names else table.num_columns
        table = table.set_column(at, name, column) if at < table.num_columns else table.append_column(name, column)
    return table


def renamed(old: str, new: str) -> pa.Table:
    table = facts_table([LIUCHENG])
    return table.rename_columns([new if name == old else name for name in table.column_names])


NOON = pa.array(["2020-05-01", "2020-05-01 12:00", "2020-05-01"]).cast(pa.timestamp("us"))


@pytest.mark.parametrize(
    ("table", "field", "words"),
    [
        (changed(tier=pa.array(["LOW", "LOWW", "HIGH"])), "tier", ["row 2", "LOWW", "“LOW”"]),
        (changed(tier=pa.array(["LOW", "low", "HIGH"]).dictionary_encode()), "tier", ["row 2", "'low'"]),
        (changed(tier=pa.array([1, 2, 3])), "tier", ["LOW, MEDIUM, HIGH", "int64"]),
        (changed(clustered=pa.array([0, 1, 0])), "clustered", ["booleans", "int64"]),
        (changed(clustered=pa.array(["no", "yes", "no"])), "clustered", ["booleans", "string"]),
        (changed(cases_14d=pa.array([1, 2, -1])), "cases_14d", ["row 3", "-1"]),
        (changed(cases_14d=pa.array([1, 2.5, 3])), "cases_14d", ["row 2", "2.5"]),
        (changed(cases_14d=pa.array(["1", "2", "3"])), "cases_14d", ["whole numbers", "string"]),
        (changed(cases_14d=pa.array([True, False, True])), "cases_14d", ["whole numbers", "bool"]),
        (changed(division_code=pa.array([350583001001] * 3)), "division_code", ["12 digits", "text"]),
        (changed(division_code=pa.array(["350583001001", None, "350583"])), "division_code", ["row 3", "'350583'"]),
        (changed(division_code=pa.array([None, "3505830010O1", "1" * 12])), "division_code", ["row 2", "3505830010O1"]),
        (changed(division_code=pa.array(["350583001001", "", "1" * 12])), "division_code", ["row 2"]),
        (changed(tier=pa.array([["LOW"]] * 3)), "tier", ["LOW, MEDIUM, HIGH", "list"]),
        (changed(answer=pa.array([1, 2, 3])), "answer", ["rename"]),
        (renamed("tier", "teir"), "teir", ["“tier”"]),
        (renamed("tier", "Tier "), "Tier ", ["“tier”"]),
        (renamed("community_class", "communty_class"), "communty_class", ["“community_class”", "Rename"]),
        (pa.table({"code": ["1"], "population": [3]}), "columns", ["no column of facts", "division_code"]),
    ],
)  # fmt: skip
def test_a_bad_column_is_named_with_its_first_bad_row(
    book: Rulebook, tmp_path: Path, table: pa.Table, field: str, words: list[str]
):
    source = written(tmp_path, table)
    with pytest.raises(InputRefused) as refused:
        sweep_file(book, source, tmp_path / "out.parquet", day=SUMMER)
    assert refused.value.field == field
    assert all(word in refused.value.why for word in words), refused.value.why
    assert [path.name for path in tmp_path.iterdir()] == ["facts.parquet"]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (pa.array(["2020-05-01", "2020-02-30", "2020-05-01"]), ["row 2", "2020-02-30"]),
        (pa.array(["2020-05-01", "2020-05-01", "1 May"]), ["row 3", "1 May"]),
        (pa.array([date(2020, 5, 1), None, None]), ["row 2", "no day"]),
        (NOON, ["row 2", "12:00"]),
        (pa.array([20200501] * 3), ["int64", "2020-05-01"]),
    ],
)
def test_a_bad_day_is_named_with_its_row(book: Rulebook, tmp_path: Path, days: pa.Array, words: list[str]):
    with pytest.raises(InputRefused) as refused:
        sweep_file(book, written(tmp_path, changed(day=days)), tmp_path / "out.parquet")
    assert refused.value.field == "day"
    assert all(word in refused.value.why for word in words), refused.value.why


def test_a_bad_row_deep_in_a_file_is_counted_from_its_start_and_an_old_output_stays(
    book: Rulebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sweep, "BATCH_ROWS", 4)
    out = tmp_path / "out.parquet"
    out.write_text("what stood here before")
    tiers = pa.array(["LOW"] * 17 + ["HIHG"] + ["LOW"] * 3)
    with pytest.raises(InputRefused, match=r"row 18: no value 'HIHG'.*“HIGH”"):
        sweep_file(book, written(tmp_path, pa.table({"tier": tiers})), out, day=SUMMER)
    assert out.read_text() == "what stood here before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["facts.parquet", "out.parquet"]


def test_without_a_day_or_a_file_one_is_told_so(book: Rulebook, tmp_path: Path):
    source = written(tmp_path, changed())
    with pytest.raises(InputRefused, match="no day: give --day"):
        sweep_file(book, source, tmp_path / "out.parquet")
    with pytest.raises(InputRefused, match="cannot be read: No such file"):
        sweep_file(book, tmp_path / "missing.parquet", tmp_path / "out.parquet", day=SUMMER)
    (tmp_path / "text.parquet").write_text("tier\nLOW\n")
    with pytest.raises(InputRefused, match="not a Parquet file"):
        sweep_file(book, tmp_path / "text.parquet", tmp_path / "out.parquet", day=SUMMER)
    whole = source.read_bytes()
    (tmp_path / "damaged.parquet").write_bytes(whole[:4] + bytes(500) + whole[504:])
    with pytest.raises(InputRefused, match="damaged"):
        sweep_file(book, tmp_path / "damaged.parquet", tmp_path / "out.parquet", day=SUMMER)
    assert not (tmp_path / "out.parquet").exists()
    with pytest.raises(InputRefused, match="no such folder"):
        sweep_file(book, source, tmp_path / "nowhere" / "out.parquet", day=SUMMER)


def test_without_pyarrow_one_is_told_what_to_install(book: Rulebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(InputRefused, match=r"linli\[analytics\]"):
        sweep_file(book, tmp_path / "facts.parquet", tmp_path / "out.parquet", day=SUMMER)
