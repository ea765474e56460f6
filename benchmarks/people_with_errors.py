"""Invents a register of people and a table of arrivals with the slips that real tables have, and keeps the truth.

Shares no code and no tables with the matcher it is used to measure: homophones, variant characters and check digits
are its own. ID numbers are of areas 990583 and 990525, which belong to no province.
"""

# A table of words reads better as words than as a list of quotation marks.
# ruff: noqa: SIM905

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate

_SURNAMES = (
    "黄12 陈11 李9 林8 王7 吴6 洪5 叶4 郑4 苏4 张3 刘3 杨2 蔡2 许2 潘2 梁2 戴1 傅1 侯1 卓1 周1 徐1 朱1 "
    "胡1 郭1 何1 罗1 宋1 谢1 唐1 曾1 "
    "彭1 萧1 吕1 卢1 蒋1 余1 杜1 魏1 丁1 沈1 姜1 范1 江1 钟1 石1 姚1 谭1 廖1 邹1 熊1 陆1 孔1 白1 康1 邱1 "
    "秦1 顾1 庄1 龚1 颜1 尤1 柯1 易1 阮1 欧阳1 "
).split()
_MEN = (
    "志 建 文 明 国 伟 强 军 平 辉 华 金 福 生 德 庆 荣 海 清 龙 良 东 新 春 永 成 宗 天 水 木 火 土 富 "
    "贵 进 发 财 源 俊 杰 鹏 涛 浩 宇 轩 泽 梓 子 嘉 "
    "家 豪 毅 勇 刚 斌 彬 波 超 峰 锋 凯 磊 亮 晓 小 少 培 炳 坤 世 耀 振 长 连 添 火 炎 煌 锦 铭 鸿 树 "
    "松 柏 章 义 仁 忠 孝 信 礼 智 景 延 启 祥 瑞 "
    "昌 兴 盛 隆 达 远 鹤 麟 飞 翔 腾 骏 驰 胜 利 和 安 康 宁 定 邦 佳 一 诺 亦 辰 奕 皓 煜 熙 阳 晨 晖 "
    "旭 昊 昕 博 睿 哲 思 远 恒 立 衡 津 钦 钊 "
).split()
_WOMEN = (
    "秀 丽 美 玉 淑 惠 珍 英 华 芳 兰 梅 莲 菊 桂 香 红 霞 云 月 凤 燕 琴 芬 花 春 秋 冬 雪 冰 清 洁 静 "
    "敏 慧 婷 娟 娜 萍 玲 琳 琼 瑜 瑶 珊 珠 宝 金 银 阿 "
    "小 晓 雅 雯 思 诗 梦 涵 欣 怡 悦 嘉 佳 家 子 梓 紫 若 语 彤 颖 莹 蓉 蕾 薇 莉 莎 茜 倩 妍 妮 娴 婉 "
    "媛 嫦 娇 贞 爱 贤 勤 俭 顺 碧 翠 绿 青 丹 彩 虹 "
    "艳 素 宝 锦 绣 巧 妙 柔 宛 如 意 幼 育 赛 宝 治 瑞 祥 彬 培 荷 芙 芷 苗 菁 菲 萱 葵 蔚 蕊 露 霜 霖 "
    "韵 馨 凌 晴 昕 曦 可 心 一 诺 依 亦 安 然 宁 "
).split()

# Characters that a listener or a phone's keyboard takes for each other.
_SOUND = (
    "伟玮炜维唯威卫 志智治致之芝 明鸣铭名茗 建健剑见 文雯闻纹 辉晖惠慧卉荟 华桦骅花 金今津锦瑾 福富甫芙 "
    "生升声胜盛圣 德得 庆清青卿倩晴 荣容蓉融 海 龙隆 良亮 "
    "东冬栋 新心欣馨昕鑫信 春椿 永勇咏泳 成诚城程承晨辰 宗忠中钟 天添 水 国果 强蔷 军君俊峻钧 平萍苹 "
    "进晋近静敬 源媛元远园 杰洁捷婕 鹏 涛滔桃 浩昊皓豪 宇雨羽语玉育钰裕 "
    "轩萱宣 泽则 梓子紫 嘉佳家加 毅义艺怡仪依伊一逸奕亦忆意 刚钢 斌彬宾滨 波博 超 峰锋丰枫风凤 凯恺 "
    "磊蕾雷 晓小筱 少绍 培佩沛 炳冰兵秉 坤昆 世诗士石思 耀瑶遥 振珍贞真震 长常昌 "
    "连莲廉 炎燕艳妍彦研 鸿宏红洪虹泓 树淑舒书 松 章彰张 仁 孝 礼李莉丽利立力 景菁晶静 启琪奇琦祺 "
    "祥翔香湘 瑞睿锐蕊 兴星 达 安 康 宁 秀修绣 美梅媚 珠竹 英颖莹瑛盈 芳方 兰岚 菊 桂贵 "
    "霞侠 云芸韵 月悦越 琴勤钦 芬分 雪学 敏民 婷庭 娟涓 娜 玲琳林凌灵 琼 珊山 宝保 雅亚 涵寒晗 彤童桐 "
    "薇微巍 茜 娇姣 爱 贤娴 巧 柔 幼友有 碧璧 翠 丹 彩 "
    "黄皇 陈程 王汪 吴武 叶业 许徐 刘柳 张章 杨扬阳 蔡菜 周洲 朱竹 胡湖 何和 谢写 曾增 卢芦 余于俞 "
    "江姜蒋 范樊 钟忠 石时 邱秋 顾故 庄妆 龚宫 颜严 柯科 "
).split()

# The form an old household book, or an input method from across the strait, has.
_WRITTEN = {
    pair[0]: pair[1]
    for pair in (
        "黄黃 陈陳 吴吳 叶葉 郑鄭 苏蘇 张張 刘劉 杨楊 许許 罗羅 谢謝 萧蕭 吕呂 卢盧 蒋蔣 钟鍾 谭譚 邹鄒 陆陸 "
        "顾顧 庄莊 龚龔 颜顏 阮阮 国國 伟偉 强強 军軍 辉輝 华華 庆慶 "
        "荣榮 龙龍 东東 贵貴 进進 发發 财財 杰傑 鹏鵬 涛濤 泽澤 刚剛 锋鋒 凯凱 晓曉 长長 连連 锦錦 铭銘 鸿鴻 "
        "树樹 义義 礼禮 启啟 兴興 达達 远遠 鹤鶴 飞飛 腾騰 骏駿 驰馳 "
        "胜勝 宁寧 诺諾 阳陽 晖暉 钦欽 钊釗 丽麗 兰蘭 莲蓮 红紅 云雲 凤鳳 洁潔 静靜 玲玲 琼瓊 瑶瑤 宝寶 银銀 "
        "诗詩 梦夢 怡怡 悦悅 语語 颖穎 莹瑩 蔷薔 娴嫻 娇嬌 贞貞 爱愛 "
        "贤賢 俭儉 顺順 绿綠 艳艷 绣繡 赛賽 韵韻 馨馨 坤堃 峰峯 升昇 群羣 哲喆 勋勳 德徳 真眞 修脩 昆崑 温溫 "
        "清淸 青靑 彦彥 产產 俞兪 钧鈞 宾賓 滨濱 实實 学學 书書 灵靈 岚嵐 "
        "瑛瑛 盈盈 恺愷 枫楓 丰豐 风風 圣聖 声聲 鸣鳴 玮瑋 炜煒 维維 卫衛 纹紋 闻聞 桦樺 骅驊 锐銳 亚亞 侠俠 "
        "芸蕓 战戰 "
    ).split()
    if pair[0] != pair[1]
}

# Characters that look alike to whoever copies a handwritten list.
_SHAPE = {
    pair[0]: pair[1]
    for pair in (
        "末未 已己 士土 祺棋 晴睛 莱菜 茉莱 昊吴 辰展 佳住 桂柱 淑椒 清请 治冶 天夭 冰水 莉荷 宏安 凤风 丹舟 "
        "玉王 林材 洋样 泽译 海梅 波坡 俊峻 杰杏 旭加 宇字 芳劳 英芙 "
        "芬芳 秀季 香查 金全 明朋 文又 志忘 建健 国图 伟伪 平干 福富 生主 荣劳 德徳 龙尤 良食 新析 永水 成戊 "
        "木本 富宫 进近 源原 勇男 刚钢 亮壳 少小 世也 耀跃 振根 长卡 "
    ).split()
}

_NICKNAMES = ("阿 小 老 大 细 ").split()
_VILLAGES = (
    "省身 溪美 长福 湖美 莲塘 彭美 院前 洪梅 梅峰 檀林 码头 诗山 金淘 "
    "官桥 水头 石井 霞美 丰州 东田 仑苍 英都 翔云 眉山 向阳 罗东 乐峰 "
    "九都 蓬华 康美 "
).split()
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, kw_only=True)
class Human:
    """One invented person as they are in truth."""

    number: int
    surname: str
    given: str
    other_name: str
    born: date
    male: bool
    identity: str
    phone: str
    home_phone: str
    village: str
    building: int
    room: int

    @property
    def name(self) -> str:
        """Surname and given name."""
        return self.surname + self.given


@dataclass(frozen=True, kw_only=True)
class Record:
    """One line, as written: of the register, or of the table of arrivals. Empty where nothing was written."""

    key: str
    name: str = ""
    other_names: tuple[str, ...] = ()
    born: str = ""
    sex: str = ""
    documents: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    address: str = ""
    slips: tuple[str, ...] = ()
    human: int = -1


@dataclass(kw_only=True)
class World:
    """A register, a table, and who is who: ``Record.human`` is the truth, ``registered`` are those in the register."""

    register: list[Record] = field(default_factory=list)
    arrivals: list[Record] = field(default_factory=list)
    registered: set[int] = field(default_factory=set)


def invent(*, people: int, arrivals: int, seed: int = 1) -> World:
    """A register of about ``people`` and a table of ``arrivals`` lines, the same for the same seed.

    Seven of ten arrivals are in the register; of the others a third belong to registered households.
    """
    chance = random.Random(seed)
    world = World()
    humans: list[Human] = []
    outside: list[Human] = []
    stream = _households(chance)
    while len(humans) < people:
        household = next(stream)
        for human in household:
            (outside if chance.random() < 0.05 else humans).append(human)
    strangers: list[Human] = []
    while len(strangers) < arrivals // 4:
        strangers.extend(next(stream))
    chance.shuffle(outside)
    chance.shuffle(humans)
    world.register = [_registered(human, chance) for human in humans]
    world.registered = {human.number for human in humans}
    from_register = min(int(arrivals * 0.69), len(humans))
    relatives = min(int(arrivals * 0.1), len(outside))
    who = humans[:from_register] + outside[:relatives]
    who += strangers[: max(int(arrivals * 0.99) - len(who), 0)]
    chance.shuffle(who)
    who += [chance.choice(who) for _ in range(arrivals - len(who))]  # written down twice
    previous = ""
    for line, human in enumerate(who):
        record = _arrived(human, line=line, previous=previous, chance=chance)
        previous = human.identity
        world.arrivals.append(record)
    return world


def _weighted(entries: list[str]) -> tuple[list[str], list[int]]:
    names = [entry.rstrip("0123456789") for entry in entries]
    return names, list(accumulate(int(entry[len(name) :]) for entry, name in zip(entries, names, strict=True)))


_SURNAME_LIST, _SURNAME_SUMS = _weighted(_SURNAMES)
_MEN_SUMS = list(accumulate(1 / (place + 8) for place in range(len(_MEN))))
_WOMEN_SUMS = list(accumulate(1 / (place + 8) for place in range(len(_WOMEN))))


def _surname(chance: random.Random) -> str:
    return chance.choices(_SURNAME_LIST, cum_weights=_SURNAME_SUMS)[0]


def _given(chance: random.Random, *, male: bool, shared: str = "") -> str:
    characters, sums = (_MEN, _MEN_SUMS) if male else (_WOMEN, _WOMEN_SUMS)
    second = chance.choices(characters, cum_weights=sums)[0]
    if shared:
        return shared + second
    if chance.random() < 0.15:
        return second
    return chance.choices(characters, cum_weights=sums)[0] + second


def _households(chance: random.Random) -> Iterator[list[Human]]:
    number = 0
    taken: set[str] = set()
    prefixes = ("130", "133", "135", "136", "137", "138", "139", "150", "158", "159", "177", "180", "186", "189")
    while True:
        surname = _surname(chance)
        village, building, room = chance.choice(_VILLAGES), chance.randint(1, 60), chance.randint(1, 30) * 100 + 1
        room += chance.randint(0, 3)
        home_phone = chance.choice(prefixes) + f"{chance.randrange(10**8):08d}"
        parents_born = date(1935, 1, 1) + timedelta(days=chance.randrange(60 * 365))
        members: list[tuple[str, str, date, bool]] = [
            (surname, _given(chance, male=True), parents_born, True),
            (
                _surname(chance),
                _given(chance, male=False),
                parents_born + timedelta(days=chance.randrange(-1500, 2500)),
                False,
            ),
        ]
        shared = chance.choice(_MEN) if chance.random() < 0.5 else ""
        born = parents_born + timedelta(days=chance.randrange(20 * 365, 30 * 365))
        for _ in range(chance.choice((0, 1, 1, 2, 2, 3))):
            if born > date(2020, 1, 1):
                break
            male = chance.random() < 0.52
            members.append((surname, _given(chance, male=male, shared=shared), born, male))
            if chance.random() < 0.012:  # twins
                male = male if chance.random() < 0.65 else not male
                shared_of_twins = shared or members[-1][1][0]
                members.append((surname, _given(chance, male=male, shared=shared_of_twins), born, male))
            born += timedelta(days=chance.randrange(400, 2200))
        if chance.random() < 0.15:
            members = members[:1]
        household = []
        sequence = chance.randrange(0, 480) * 2
        for own_surname, given, day, male in members:
            sequence = (sequence + chance.choice((2, 4, 8, 40, 100))) % 998
            own = chance.random() < (0.8 if date(1955, 1, 1) < day < date(2005, 1, 1) else 0.15)
            household.append(
                Human(
                    number=number,
                    surname=own_surname,
                    given=given,
                    other_name=_other_name(own_surname, given, chance) if chance.random() < 0.06 else "",
                    born=day,
                    male=male,
                    identity=_identity(day, sequence // 2 * 2 + male, taken=taken, chance=chance),
                    phone=chance.choice(prefixes) + f"{chance.randrange(10**8):08d}" if own else home_phone,
                    home_phone=home_phone,
                    village=village,
                    building=building,
                    room=room,
                )
            )
            number += 1
        yield household


def _other_name(surname: str, given: str, chance: random.Random) -> str:
    if chance.random() < 0.5:
        return surname + chance.choice(_NICKNAMES) + given[-1]
    return surname + chance.choice(_MEN + _WOMEN) + chance.choice(_MEN + _WOMEN)


def _identity(born: date, sequence: int, *, taken: set[str], chance: random.Random) -> str:
    """A number nobody has yet; of twins and siblings the next free one."""
    area = "990583" if chance.random() < 0.85 else "990525"
    while (body := f"{area}{born:%Y%m%d}{sequence:03d}") in taken:
        sequence = (sequence + 2) % 1000
    taken.add(body)
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def _registered(human: Human, chance: random.Random) -> Record:
    identity = human.identity
    roll = chance.random()
    if roll < 0.02:
        documents: tuple[str, ...] = ()
    elif roll < 0.035 and human.born.year < 1996:
        documents = (identity[:6] + identity[8:17],)
    elif roll < 0.038:
        documents = (_mistyped(identity, chance),)
    else:
        documents = (identity,)
    has_other = bool(human.other_name) and chance.random() < 0.7
    return Record(
        key=f"R{human.number}",
        name=human.name if chance.random() > 0.003 else _misheard(human.name, chance),
        other_names=(human.other_name,) if has_other else (),
        born=human.born.isoformat() if documents == () or chance.random() < 0.9 else "",
        sex="MALE" if human.male else "FEMALE",
        documents=documents,
        phones=(human.phone,) if chance.random() > 0.12 else (),
        address=f"{human.village}村{human.building}号楼{human.room}室",
        human=human.number,
    )


def _arrived(human: Human, *, line: int, previous: str, chance: random.Random) -> Record:
    slips: list[str] = []
    name = _name_written(human, slips, chance)
    documents = _documents_written(human, previous, slips, chance)
    phones = _phones_written(human, slips, chance)
    born = ""
    if chance.random() < (0.5 if documents else 0.9):
        born = _born_written(human, slips, chance).isoformat()
    sex = "" if chance.random() < 0.3 else "MALE" if human.male != (chance.random() < 0.003) else "FEMALE"
    roll = chance.random()
    if roll < 0.4:
        address = f"{human.village}村{human.building}-{human.room}"
    elif roll < 0.7:
        address = f"{human.village}村"
    else:
        address = ""
    return Record(
        key=str(line),
        name=name,
        born=born,
        sex=sex,
        documents=documents,
        phones=phones,
        address=address,
        slips=tuple(slips),
        human=human.number,
    )


def _name_written(human: Human, slips: list[str], chance: random.Random) -> str:
    name = human.name
    roll = chance.random()
    if roll < 0.03:
        written = _misheard(name, chance)
        slip = "homophone"
    elif roll < 0.05:
        written = "".join(_WRITTEN.get(character, character) for character in name)
        slip = "variant characters"
    elif roll < 0.058:
        place = chance.randrange(len(name))
        written = name[:place] + _SHAPE.get(name[place], chance.choice(_MEN)) + name[place + 1 :]
        slip = "wrong character"
    elif roll < 0.063 and len(human.given) == 2:
        written = human.surname + human.given[::-1]
        slip = "characters swapped"
    elif roll < 0.066 and len(human.given) == 2:
        written = human.surname + human.given[chance.randrange(2)]
        slip = "character missing"
    elif roll < 0.071 and not human.male and human.born.year < 1960:
        written = _surname(chance) + name
        slip = "husband's surname"
    elif roll < 0.3 and human.other_name:
        written = human.other_name
        slip = "other name"
    else:
        return name
    if written != name:
        slips.append(slip)
    return written


def _misheard(name: str, chance: random.Random) -> str:
    places = list(range(len(name)))
    chance.shuffle(places)
    for place in places:
        for group in _SOUND:
            if name[place] in group and len(group) > 1:
                other = chance.choice([one for one in group if one != name[place]])
                return name[:place] + other + name[place + 1 :]
    return name


def _documents_written(human: Human, previous: str, slips: list[str], chance: random.Random) -> tuple[str, ...]:
    identity = human.identity
    roll = chance.random()
    if roll < 0.05:
        slips.append("no number")
        return ()
    if roll < 0.065:
        slips.append("number mistyped")
        return (_mistyped(identity, chance),)
    if roll < 0.075:
        slips.append("number's digits swapped")
        return (_swapped(identity, chance),)
    if roll < 0.095 and human.born.year < 1990:
        slips.append("15 digits")
        short = identity[:6] + identity[8:17]
        if chance.random() < 0.03:
            slips.append("15 digits mistyped")
            place = chance.randrange(9, 15)
            short = short[:place] + str(chance.randrange(10)) + short[place + 1 :]
        return (short,)
    if roll < 0.097 and previous:
        slips.append("neighbouring line's number")
        return (previous,)
    if roll < 0.1:
        slips.append("number rounded")
        return (identity[:15] + "000",)
    if roll < 0.101:
        slips.append("number with two slips")
        return (_mistyped(_mistyped(identity, chance), chance),)
    return (identity,)


def _mistyped(digits: str, chance: random.Random) -> str:
    place = chance.randrange(17)
    other = chance.choice([digit for digit in "0123456789" if digit != digits[place]])
    return digits[:place] + other + digits[place + 1 :]


def _swapped(digits: str, chance: random.Random) -> str:
    places = [place for place in range(len(digits) - 2) if digits[place] != digits[place + 1]]
    place = chance.choice(places)
    return digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]


def _phones_written(human: Human, slips: list[str], chance: random.Random) -> tuple[str, ...]:
    roll = chance.random()
    if roll < 0.1:
        return ()
    if roll < 0.2:
        slips.append("phone changed")
        return (f"17{chance.randrange(10**9):09d}",)
    if roll < 0.3:
        slips.append("family phone")
        return (human.home_phone,)
    if roll < 0.315:
        slips.append("phone mistyped")
        place = chance.randrange(3, 11)
        return (human.phone[:place] + str((int(human.phone[place]) + 1) % 10) + human.phone[place + 1 :],)
    if roll < 0.322:
        slips.append("phone's digits swapped")
        place = chance.randrange(3, 10)
        phone = human.phone
        return (phone[:place] + phone[place + 1] + phone[place] + phone[place + 2 :],)
    return (human.phone,)


def _born_written(human: Human, slips: list[str], chance: random.Random) -> date:
    born = human.born
    roll = chance.random()
    if roll < 0.005 and born.day <= 12:
        written = born.replace(month=born.day, day=born.month)
    elif roll < 0.01:
        written = born.replace(day=born.day % 28 + 1)
    elif roll < 0.015:
        written = born - timedelta(days=chance.randrange(20, 50))
        slips.append("lunar birthday")
        return written
    else:
        return born
    if written != born:
        slips.append("birthday wrong")
    return written
