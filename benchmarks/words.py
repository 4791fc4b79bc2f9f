"""Made-up names, addresses and numbers, so that searching has something to tell apart.

Nothing in here is anybody's: words are syllables drawn by lot, addresses end in ``.example`` and
every number lies in a range that is reserved for fiction or begins with a zero that no subscriber's
number does.
"""

from __future__ import annotations

from random import Random

_ONSETS = (*"bdfghjklmnprstvwyz", "ch", "sh", "br", "dr", "kl", "st", "tr")
_NUCLEI = (*"aeiou", "ai", "au", "ei", "ou")
_CODAS = ("", "", "", *"nrlsmkt")
_HAN_SURNAMES = "青白朝夕霧雪楓柏橡松桐榆杉槐荷蓮"
_HAN_GIVEN = "山川林木水火土金石田雲風光星河海原野谷峰溪湖橋城門路東西南北春夏秋冬明清安平和正信義"
_HANGUL_SURNAMES = "솔별달봄들샘"
_HANGUL_GIVEN = "가나다라마바사아자차하누리온빛슬찬결"
_CYRILLIC_ONSETS = "бвгджклмнпрстфх"
_CYRILLIC_NUCLEI = "аеиоуя"
_THAI = "กขคงจชญดตถทธนบปผพภมยรลวสห"
_THAI_VOWELS = "ะาิีุู"
_UNITS = ("Duty Desk", "Liaison Office", "Cyber Crime Unit", "Response Team", "Records Section")
_HAN_UNITS = ("網路犯罪值勤台", "國際聯絡組", "事件應變中心")
_HANGUL_UNITS = ("사이버수사대", "국제협력반")
_CYRILLIC_UNITS = ("дежурная часть", "отдел связи")
_THAI_UNITS = ("ศูนย์ประสานงาน", "หน่วยตอบสนอง")


def latin_word(dice: Random, syllables: int = 3) -> str:
    """A word that can be said and means nothing."""
    return "".join(
        dice.choice(_ONSETS) + dice.choice(_NUCLEI) + dice.choice(_CODAS) for _ in range(syllables)
    ).capitalize()


def person(dice: Random, script: str) -> dict[str, str]:
    """A holder's name, in a script of its own where the desk has one."""
    latin = f"{latin_word(dice, 2)} {latin_word(dice, 3)}"
    own = _person_in(dice, script)
    return {"en": latin} if own is None else {"en": latin, script: own}


def _person_in(dice: Random, script: str) -> str | None:
    match script:
        case "zh-Hant" | "zh-Hans" | "ja":
            return dice.choice(_HAN_SURNAMES) + "".join(dice.choices(_HAN_GIVEN, k=2))
        case "ko":
            return dice.choice(_HANGUL_SURNAMES) + "".join(dice.choices(_HANGUL_GIVEN, k=2))
        case "ru":
            return f"{_cyrillic(dice)} {_cyrillic(dice)}"
        case "th":
            return f"{_thai(dice)} {_thai(dice)}"
    return None


def title(dice: Random, script: str, number: int) -> dict[str, str]:
    """A desk's title: a place, what is done there and a number."""
    place = latin_word(dice)
    titles = {"en": f"{place} {dice.choice(_UNITS)} {number}"}
    match script:
        case "zh-Hant" | "zh-Hans" | "ja":
            titles[script] = "".join(dice.choices(_HAN_GIVEN, k=2)) + dice.choice(_HAN_UNITS)
        case "ko":
            titles[script] = f"{_person_in(dice, 'ko')} {dice.choice(_HANGUL_UNITS)}"
        case "ru":
            titles[script] = f"{_cyrillic(dice)} {dice.choice(_CYRILLIC_UNITS)}"
        case "th":
            titles[script] = _thai(dice) + dice.choice(_THAI_UNITS)
    return titles


def _cyrillic(dice: Random) -> str:
    pairs = (dice.choice(_CYRILLIC_ONSETS) + dice.choice(_CYRILLIC_NUCLEI) for _ in range(3))
    return "".join(pairs).capitalize()


def _thai(dice: Random) -> str:
    return "".join(dice.choice(_THAI) + dice.choice(_THAI_VOWELS) for _ in range(3))


def number(dice: Random, calling_code: str) -> str:
    """A telephone number that nobody can have."""
    last = dice.randrange(10_000)
    match calling_code:
        case "1":
            area = f"{dice.randint(2, 9)}{dice.randrange(10)}{dice.randrange(10)}"
            return f"+1 {area} 555 01{last % 100:02}"
        case "61":
            return f"+61 {dice.choice('2378')} 5550 {last:04}"
    return f"+{calling_code} {dice.randint(2, 9)} 0{dice.randrange(1000):03} {last:04}"


def address(dice: Random, place: int) -> str:
    """An address for e-mail that leads nowhere."""
    return f"{latin_word(dice, 2).lower()}.{place}@{latin_word(dice, 2).lower()}.example"
