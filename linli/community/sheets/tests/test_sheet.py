"""Tables as offices send them."""

import pytest

from linli.community.sheets.sheet import read_sheet
from linli.community.sheets.tests.workbooks import write_workbook
from linli.community.sheets.unreadable import TableUnreadable

ARRIVALS = [
    ["省身村2020年春节返乡人员摸排表"],
    ["填报单位:省身村委会", "", "", "", "填报日期:2020年2月3日"],
    ["序号", "姓 名", "身份证号码", "联系电话(手机)", "现住址", "", "", "来源地", "返乡日期", "交通方式"],
    ["", "", "", "", "楼栋", "单元", "房号", "", "", ""],
    [1, "陈晓明", "'99058319900101123X", "138 0000 1234", "3", "2", "501", "武汉", "2020-2-3", "高铁"],
    [2, "黄 淑芬", "990583198502030049", 13900001234, "3", "2", "501", "深圳", "2.13", "自驾"],
    [3, "林阿土", "", "", "", "", "", "厦门", 43864, "大巴"],
    [],
    ["合计", "3人"],
    ["填表人:李四", "", "", "审核:王五"],
]


@pytest.fixture
def arrivals(tmp_path):
    return write_workbook(tmp_path / "arrivals.xlsx", ARRIVALS, merged=["A1:J1", "E3:G3", "A3:A4"])


def test_title_heading_of_two_rows_data_and_footer_are_told_apart(arrivals):
    sheet = read_sheet(arrivals, year=2020)

    assert sheet.heading_rows == (3, 4)
    assert sheet.heading["phone"] == "联系电话(手机)" and sheet.heading["room"] == "房号"
    assert [row.number for row in sheet.rows] == [5, 6, 7]
    assert [(one.number, one.code) for one in sheet.left_out] == [(9, "FOOTER"), (10, "FOOTER")]


def test_cells_come_clean(arrivals):
    first, second, third = read_sheet(arrivals, year=2020).rows

    assert first.cells["name"] == "陈晓明" and first.cells["document_number"] == "99058319900101123X"
    assert (first.cells["phone"], first.cells["building"], first.cells["room"]) == ("13800001234", "3", "501")
    assert second.cells["name"] == "黄淑芬" and second.cells["phone"] == "13900001234"
    assert [row.cells["arrival_day"] for row in (first, second, third)] == ["2020-02-03", "2020-02-13", "2020-02-03"]
    assert third.cells["document_number"] == "" and third.problems == ()


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_text_tables_in_every_encoding_and_delimiter(tmp_path, encoding, delimiter):
    file = tmp_path / "people.csv"
    lines = [["姓名", "手机", "出生日期"], ["陈晓明", "13800001234", "1990/1/1"], ["黄淑芬", "", "1985年2月3日"]]
    file.write_bytes("\r\n".join(delimiter.join(cells) for cells in lines).encode(encoding))

    rows = read_sheet(file).rows

    assert [row.cells["birth_day"] for row in rows] == ["1990-01-01", "1985-02-03"]
    assert rows[0].number == 2


def test_rows_count_as_a_spreadsheet_counts_them(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text('姓名,备注\n"陈晓明","两\n行"\n\n黄淑芬,好\n', encoding="utf-8")
    assert [row.number for row in read_sheet(file).rows] == [2, 4]


def test_a_cell_merged_over_a_family_counts_for_each(tmp_path):
    rows = [["姓名", "住址"], ["陈晓明", "省身村3号楼501"], ["黄淑芬", ""], ["林一", ""]]
    file = write_workbook(tmp_path / "homes.xlsx", rows, merged=["B2:B3"])
    assert [row.cells["address"] for row in read_sheet(file).rows] == ["省身村3号楼501", "省身村3号楼501", ""]


def test_repeated_rows_headings_and_examples_are_left_out_with_their_reason(tmp_path):
    rows = [
        ["序号", "姓名", "电话"],
        ["例", "张三", "13800000000"],
        ["1", "陈晓明", "13800001234"],
        ["序号", "姓名", "电话"],
        ["2", "陈晓明", "138-0000-1234"],
        ["3", "陈晓明", "13800001235"],
    ]
    sheet = read_sheet(write_workbook(tmp_path / "pages.xlsx", rows))

    assert [row.number for row in sheet.rows] == [3, 6]
    assert [(one.number, one.code) for one in sheet.left_out] == [(2, "EXAMPLE"), (4, "HEADING"), (5, "REPEATED")]
    assert sheet.left_out[-1].reason == "The same as row 3."


def test_the_sheet_with_people_is_found_and_the_others_are_named(tmp_path):
    file = write_workbook(
        tmp_path / "book.xlsx",
        [["男"], ["女"]],
        [["填表说明"], ["请如实填写"]],
        [["姓名"], ["陈晓明"]],
        [["姓名"], ["黄淑芬"]],
        names=["选项", "说明", "一组", "二组"],
        hidden=["选项"],
    )
    sheet = read_sheet(file)
    assert (sheet.name, sheet.other_sheets) == ("一组", ("说明", "二组"))


def test_unknown_columns_are_kept_under_their_own_words(tmp_path):
    sheet = read_sheet(write_workbook(tmp_path / "x.xlsx", [["姓名", "是否接种"], ["陈晓明", "是"]]))
    assert sheet.unknown == ("是否接种",)
    assert sheet.rows[0].others == {"是否接种": "是"}


def test_a_bad_cell_says_why_and_what_to_do_and_keeps_the_row(tmp_path):
    rows = [
        ["姓名", "身份证号", "电话", "性别", "出生日期"],
        ["陈晓明", 990583199001011234, "1380000123", "男人", "2020-02-30"],
        ["=cmd|'/c calc'!A1", "990583********1234", "13800001234/05958638001", "女", "3.2"],
        ["林一", "9.90583E+17", "无", "F", "1985年2月"],
    ]
    first, second, third = read_sheet(write_workbook(tmp_path / "x.xlsx", rows), year=2020).rows

    assert {problem.field: problem.code for problem in first.problems} == {
        "document_number": "NUMBER_ROUNDED",
        "phone": "PHONE_FORM",
        "sex": "SEX_FORM",
        "birth_day": "DAY_IMPOSSIBLE",
    }
    assert all(problem.reason and problem.remedy and problem.said for problem in first.problems)
    assert [problem.code for problem in second.problems] == ["NAME_FORM", "NUMBER_MASKED"]
    assert second.cells["phone"] == "13800001234 05958638001"
    assert [problem.code for problem in third.problems] == ["NUMBER_ROUNDED", "DAY_INCOMPLETE"]


def test_a_formula_is_its_last_result_and_a_text_that_looks_like_one_is_text(tmp_path):
    rows = [["姓名", "备注"], [('HYPERLINK("http://x.example","x")', "陈晓明"), "=1+1"]]
    row = read_sheet(write_workbook(tmp_path / "x.xlsx", rows)).rows[0]
    assert row.cells == {"name": "陈晓明", "remark": "=1+1"}


def test_a_number_that_may_have_lost_its_zero_is_asked_about(tmp_path):
    rows = [["姓名", "返乡日期"], ["陈晓明", 2.1], ["黄淑芬", 2.3], ["林一", "2.1"]]
    read = read_sheet(write_workbook(tmp_path / "x.xlsx", rows), year=2020).rows
    assert [row.cells["arrival_day"] for row in read] == ["", "2020-02-03", "2020-02-01"]
    assert read[0].problems[0].code == "DAY_AMBIGUOUS"


def test_a_table_without_people_in_it_is_no_table(tmp_path):
    with pytest.raises(TableUnreadable, match="楼栋") as refused:
        read_sheet(write_workbook(tmp_path / "x.xlsx", [["楼栋", "单元"], ["3", "2"]]))
    assert "姓名 (name)" in refused.value.remedy


def test_a_heading_without_rows_gives_no_rows(tmp_path):
    file = write_workbook(tmp_path / "x.xlsx", [["姓名", "电话"], ["", ""], [" ", "\u00a0"]])
    assert read_sheet(file).rows == ()


def test_reading_twice_gives_the_same(arrivals):
    assert read_sheet(arrivals, year=2020) == read_sheet(arrivals, year=2020)
