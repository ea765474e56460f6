"""Invented Chinese names: surnames at about the rates of southern Fujian, given names by sex and by decade of birth."""

from itertools import accumulate
from random import Random

# Surname and its share, in thousandths, as an estimate for southern Fujian; the tail is rounded.
_SURNAMES = {
    "陈": 125, "林": 95, "黄": 92, "吴": 60, "李": 55, "王": 52, "张": 50, "郑": 38, "苏": 34, "洪": 30, "叶": 28,
    "刘": 26, "许": 24, "蔡": 24, "郭": 20, "谢": 18, "庄": 18, "曾": 16, "潘": 15, "杨": 15, "傅": 12, "戴": 12,
    "侯": 10, "梁": 10, "周": 9, "尤": 8, "卓": 8, "柯": 8, "徐": 7, "何": 7, "江": 7, "赖": 6, "余": 6, "廖": 5,
    "施": 5, "颜": 5, "邱": 5, "彭": 4, "方": 4, "高": 4, "朱": 4, "罗": 4, "董": 3, "卢": 3, "章": 2, "欧阳": 2,
}  # fmt: skip
_BEFORE_1970_MEN = "国建明金水木清文天火土添财宗庆福寿德志成荣华祥瑞龙海坤炎进丁"
_BEFORE_1970_WOMEN = "秀丽美玉珠金淑春桂兰英凤月碧莲香珍琴宝治宽养梅惠阿招红燕"
_UNTIL_1995_MEN = "志伟强军勇杰斌鹏辉涛俊文毅宏艺煌锋平华龙建清阳东超荣凯育毓晓"
_UNTIL_1995_WOMEN = "丽芳燕萍婷娟红玲敏静娜雅琼虹霞艳梅珊慧莹琳晓秋冬雪华清彬瑜"
_SINCE_1995_MEN = "浩宇轩泽涵俊杰睿晨铭煜炜博昊子嘉梓佳奕辰凯毅鸿锦恒安翔霖逸"
_SINCE_1995_WOMEN = "雨欣怡诗涵梓萱婷思琪雅佳妍语彤依心可馨悦晴瑶嘉欣钰琳宁静芷若"
_GIVEN = {
    (True, 0): _BEFORE_1970_MEN,
    (False, 0): _BEFORE_1970_WOMEN,
    (True, 1): _UNTIL_1995_MEN,
    (False, 1): _UNTIL_1995_WOMEN,
    (True, 2): _SINCE_1995_MEN,
    (False, 2): _SINCE_1995_WOMEN,
}
_SINGLE_SHARE = (0.08, 0.22, 0.10)
_NAMES = list(_SURNAMES)
_CUMULATIVE = list(accumulate(_SURNAMES.values()))


def surname(choice: Random) -> str:
    """A surname at its rate."""
    return choice.choices(_NAMES, cum_weights=_CUMULATIVE)[0]


def given_name(choice: Random, *, is_male: bool, born: int) -> str:
    """A given name of one or two characters that fits the year of birth."""
    decade = 0 if born < 1970 else 1 if born < 1995 else 2
    characters = _GIVEN[is_male, decade]
    first = characters[int(choice.random() * len(characters))]
    if choice.random() < _SINGLE_SHARE[decade]:
        return first
    return first + characters[int(choice.random() * len(characters))]
