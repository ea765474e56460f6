"""Two situations side by side."""

import re

import pytest

pytestmark = pytest.mark.django_db

LOW = {"place": "350583001001", "day": "2020-06-10", "tier": "LOW", "community_class": "NO_CASE"}


def compare(client, **asked):
    answer = client.get("/policy/compare/", LOW | asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_two_tiers_side_by_side_show_what_begins_ends_and_moves(client, places):
    html = compare(client, to_day="2020-06-10", to_tier="MEDIUM", to_community_class="OUTBREAK")

    moved = html.split('id="moved-head"')[1].split('id="starts-head"')[0]
    assert "社区（村）封闭管理" in moved
    assert "二(二)2" in moved
    assert "中风险" in html.split('id="starts-head"')[1].split('id="ends-head"')[0]
    assert "低风险" in html.split('id="ends-head"')[1]


def test_two_days_show_that_old_instruments_end_and_a_new_one_begins(client, places):
    html = compare(client, day="2023-01-05", to_day="2023-01-06")

    starts = html.split('id="starts-head"')[1].split('id="ends-head"')[0]
    ends = html.split('id="ends-head"')[1]
    assert "5号文" in starts
    assert "南安40号文" in ends
    assert "9号文" in ends


def test_a_newcomer_gets_a_comparison_at_once(client, deployed):
    html = client.get("/policy/compare/").content.decode()

    assert int(re.search(r'id="starts-head".*?class="count">(\d+)<', html, re.DOTALL).group(1)) > 0


def test_alike_is_said_to_be_alike(client, places):
    html = compare(client, to_day="2020-06-10", to_tier="LOW", to_community_class="NO_CASE")

    assert "没有新开始的" in html
    assert "没有停止的" in html
    assert "各项措施的限度都没有变" in html


def test_all_lines_of_a_group_can_be_seen(client, places):
    few = compare(client, day="2023-01-05", to_day="2023-01-06")
    total = int(re.search(r'id="ends-must".*?class="count">(\d+)<', few, re.DOTALL).group(1))
    every = compare(client, day="2023-01-05", to_day="2023-01-06", show="ends-must")

    assert every.split('id="ends-must"')[1].split('class="section"')[0].count("<li>") == total


def test_the_second_side_is_checked_too(client, places):
    answer = client.get("/policy/compare/", LOW | {"to_day": "2020-13-01"})

    assert answer.status_code == 400
    assert "没有 2020-13-01 这一天" in answer.content.decode()


def test_comparing_works_in_english(client, places):
    client.cookies["django_language"] = "en"

    assert "Measures whose limits change" in compare(client)
