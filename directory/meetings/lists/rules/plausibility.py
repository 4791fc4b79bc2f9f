"""How much a text looks like one that somebody wrote, for each encoding that it may be in.

Most bytes can be read in most encodings; what comes out of the wrong one is rare characters, in
an order that no language has. The standards themselves put frequent characters first (level 1 of
Big5, GB 2312 and JIS X 0208, the Hangul of KS X 1001), and lists use few words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

COMMON, USUAL, RARE, ODD = 1.0, 0.5, 0.1, 0.0

_TRADITIONAL = frozenset(
    "姓名電話傳真號碼子郵件信箱職稱務單位機關經濟體聯絡人備註語言時區間公室行動手網路確認日期更新警察"
    "局署部司法檢長官科技犯罪偵查大隊組副主任專員先生女士小姐分內線轉值班中文英臺灣北高雄市香港國際刑"
    "事處調資訊安全管理員會議代表名單序無同上左待已的一是不了在有我他這個們來到說以為地和出也自年之後"
    "作里用道所然家種成方多經麼去學如都現當沒動面起看定天開進好些其本前但因只從想實陳林黃張李王吳劉"
    "蔡楊許鄭謝郭洪曾邱廖賴周徐蘇葉莊呂江何蕭羅高潘簡朱鍾彭游詹胡施沈余盧梁趙顏柯翁魏孫戴范方宋鄧杜"
    "傅侯曹薛丁卓馬董溫唐藍石蔣田康志明淑美雅惠君俊宏文華建成玉家豪功蓋金正義國強報告月年民曆約"
)
_SIMPLIFIED = frozenset(
    "姓名电话传真号码子邮件信箱职称务单位机关经济体联络人备注语言时区间公室行动手网络确认日期更新警察"
    "局署部司法检长官科技犯罪侦查大队组副主任专员先生女士小姐分内线转值班中文英北京上海广州市香港国际刑"
    "事处调资讯信息安全管理员会议代表名单序无同待已的一是不了在有我他这个们来到说以为地和出也自年之后"
    "作里用道所然家种成方多经么去学如都现当没动面起看定天开进好些其本前但因只从想实陈林黄张李王吴刘"
    "蔡杨许郑谢郭洪曾邱廖赖周徐苏叶庄吕江何萧罗高潘朱钟彭胡施沈余卢梁赵颜孙戴范宋邓杜傅侯曹薛丁马董"
    "唐石蒋田康志明淑美雅惠君俊宏华建玉豪功金正义强报告月民约可对生能而那得于着下过发理心她样此使情性"
    "知三又业外将两与战向头见利什二等产或新己制身果加西斯合回特化老给世次度门常先通教儿原东声提立及比"
)
_JAPANESE = frozenset(
    "氏名電話番号内線経済職役所属機関国際警察庁部課長室補佐官係担当者連絡先備考言語時間帯確認日付更新"
    "東京都大阪府県市区町村本田中山川井上下木村林小高橋佐藤鈴渡辺伊加吉松斎石原野島田子一二三太郎花美"
    "例見前後平成昭和令年月人事会議代表名簿当直夜休携帯同左右様記入参加犯罪対策技術情報通信安全局署検"
    "特捜査的生活動理体重要件調有無新旧不"
)
_KOREAN = frozenset(
    "이름성명전화번호팩스메일직위직책소속기관경제국가담당자연락처비고언어시간확인일날짜휴대폰경찰청검찰"
    "수사관과장팀계부국서울부산대한민국사이버범죄정보통신안전의은는을를에서와로도다하고있는김이박최정강조"
    "윤장임한오서신권황안송류홍전고문양손배백허유남심노하곽성차주우구민진지현영수희준호철길동예시당직내선"
    "없음동일미정회의대표명단순상기가나라마바사아자차카타파니습그리어여자요해제원센터"
)
_THAI = frozenset("รนากเงอสวทมยลดบคจตพปหขะแชำไใโถ่้ัิี์ูุื็")
_THAI_RARE = frozenset("ฃฅฆฌฎฏฐฑฒฤฦฯฺํ๎๏๐๑๒๓๔๕๖๗๘๙๚๛")
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "cp950": ("姓名", "電話", "傳真", "經濟體", "職稱", "機關", "電子郵件", "單位", "備註", "語言"),
    "gb18030": ("姓名", "电话", "传真", "经济体", "职务", "机构", "单位", "邮件", "备注", "语言"),
    "cp932": ("氏名", "電話", "経済", "所属", "役職", "ファ", "メール", "備考", "言語", "内線"),
    "cp949": ("이름", "성명", "전화", "팩스", "소속", "직위", "메일", "비고", "경제", "언어"),
}
_WESTERN_SIGNS = frozenset("“”‘’–—…€°ºª«»¿¡©®™·•§£\u00a0²³½")
_WORD = re.compile(r"[^\W\d_]+")
_THAI_UPPER = frozenset(map(chr, [0xE31, *range(0xE34, 0xE3B), *range(0xE47, 0xE4F)]))
SURE_FROM_LETTERS: Final = 30
"""Fewer letters than these are of an alphabet only if nothing else comes close."""
SAMPLE: Final = 50_000


def plausibility(text: str, encoding: str) -> float:
    """How likely it is that somebody wrote this, read in an encoding: from 0 to 1.

    Only what differs between encodings counts; of a long text, its beginning.
    """
    foreign = re.sub("[\x00-\x7f]+", " ", text[: 20 * SAMPLE])[:SAMPLE]
    counted = Counter(foreign.replace(" ", ""))
    if not counted:
        return 0.0
    if encoding in _BY_WORDS:
        return _BY_WORDS[encoding](text[: 2 * SAMPLE])
    weigh = _BY_CHARACTERS[encoding]
    mean = sum(weigh(c) * times for c, times in counted.items()) / counted.total()
    knows_words = any(word in text for word in _WORDS.get(encoding, ()))
    return min(1.0, mean + 0.15) if knows_words else mean


def _bytes_of(character: str, encoding: str) -> tuple[int, int]:
    try:
        written = character.encode(encoding)
    except UnicodeEncodeError:  # one of several ways to read it back
        return 0, 0
    return (written[0], written[1]) if len(written) == 2 else (0, 0)


def _traditional(character: str) -> float:
    if character in _TRADITIONAL:
        return COMMON
    lead, _ = _bytes_of(character, "cp950")
    if 0xA1 <= lead <= 0xC6:
        return USUAL
    # The seven characters that Big5 lacked and everybody wrote all the same, 裏 and 恒 among them.
    return RARE if 0xC9 <= lead <= 0xF9 else ODD


def _simplified(character: str) -> float:
    if character in _SIMPLIFIED:
        return COMMON
    lead, trail = _bytes_of(character, "gb18030")
    if trail < 0xA1:
        return ODD
    if lead <= 0xA3 or 0xB0 <= lead <= 0xD7:
        return USUAL
    return RARE


def _japanese(character: str) -> float:
    if character in _JAPANESE or "ぁ" <= character <= "ヶ" or character in "ー々":
        return COMMON
    if "｡" <= character <= "ﾟ":
        return 0.25
    lead, trail = _bytes_of(character, "cp932")
    if lead in {0x81, 0x82} or (0x88, 0x9F) <= (lead, trail) <= (0x98, 0x72):
        return USUAL
    return RARE if lead else ODD


def _korean(character: str) -> float:
    if character in _KOREAN:
        return COMMON
    lead, trail = _bytes_of(character, "cp949")
    if trail < 0xA1 or not lead:
        return ODD
    if lead <= 0xA3 or 0xB0 <= lead <= 0xC8:
        return USUAL
    return RARE


def _western(text: str) -> float:
    """Foreign letters stand in words of plain ones, one or two at a time."""
    good, counted = 0.0, 0
    for word in _WORD.findall(text):
        foreign = sum(not c.isascii() for c in word)
        counted += foreign
        if 2 * foreign <= len(word) and _is_cased_as_words_are(word):
            good += foreign
        elif word.islower() and len(word) == 1:
            good += 0.7 * foreign
    for sign in text:
        if not sign.isascii() and not sign.isalpha():
            counted += 1
            good += 0.7 if sign in _WESTERN_SIGNS else 0.0
    return good / max(counted, 1)


def _cyrillic(text: str) -> float:
    good, counted = 0.0, 0
    for word in _WORD.findall(text):
        foreign = sum(not c.isascii() for c in word)
        counted += foreign
        if foreign == len(word) and _is_cased_as_words_are(word) and _is_russian(word):
            good += foreign if foreign > 1 else 0.5
    others = sum(not c.isascii() and not c.isalpha() for c in text)
    return good / max(counted + others, 1)


def _is_russian(word: str) -> bool:
    return all("а" <= letter <= "я" or letter == "ё" for letter in word.lower())


def _thai(text: str) -> float:
    """Signs above and below stand over a letter, so none begins a word, and words are long."""
    good, counted, before = 0.0, 0, " "
    for character in text:
        if not character.isascii():
            counted += 1
            if character not in _THAI_UPPER or "ก" <= before <= "๎":
                good += _weight_in_thai(character)
        before = character
    is_short = counted < SURE_FROM_LETTERS
    return good / max(counted, 1) * (0.7 if is_short else 1.0)


def _weight_in_thai(character: str) -> float:
    if character in _THAI:
        return COMMON
    if character in _THAI_RARE or not "ก" <= character <= "๛":
        return ODD
    return USUAL


def _is_cased_as_words_are(word: str) -> bool:
    return word.islower() or word.isupper() or word[1:].islower() or word.istitle()


_BY_CHARACTERS: Final[Mapping[str, Callable[[str], float]]] = {
    "cp950": _traditional,
    "big5hkscs": _traditional,
    "gb18030": _simplified,
    "cp932": _japanese,
    "cp949": _korean,
}
_BY_WORDS: Final[Mapping[str, Callable[[str], float]]] = {
    "cp1252": _western,
    "cp1251": _cyrillic,
    "cp874": _thai,
}
