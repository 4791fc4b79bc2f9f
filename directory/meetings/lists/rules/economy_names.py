"""What economies are called in the languages of the others, and how a cell dresses a name up.

What a newcomer would get wrong: what the directory itself calls an economy, and what is ambiguous,
stands with the economy and decides. These names are only asked where it knows nothing; they are
those of dictionaries, not a choice of anybody here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from directory.names import alias_key

_NAMES_OF = {
    "AU": """
        澳大利亚|澳洲|オーストラリア|豪州|호주|오스트레일리아|Australie|Австралия|ออสเตรเลีย|Úc|Ô-xtrây-li-a
        """,
    "BN": """
        文莱|汶莱|ブルネイ|ブルネイ・ダルサラーム|브루나이|Brunéi|Brunéi Darussalam|Бруней
        |Бруней-Даруссалам|บรูไน|บรูไนดารุสซาลาม|Bru-nây
        """,
    "CA": "カナダ|캐나다|Canadá|Канада|แคนาดา|Ca-na-đa|Kanada",
    "CL": "チリ|칠레|Chili|Чили|ชิลี|Chi-lê|Cile",
    "CN": """
        中华人民共和国|中華人民共和國|中国大陆|中華人民共和国|중국|중화인민공화국|República Popular China|RP China
        |République populaire de Chine|КНР|Китайская Народная Республика|จีน
        |สาธารณรัฐประชาชนจีน|Trung Quốc|Tiongkok|RRT
        """,
    "HK": """
        香港特別行政區|香港特别行政区|中國香港特區|ホンコン|香港・中国|中国香港|홍콩|홍콩, 중국|Hong Kong (China)
        |Hong Kong, Chine|Hong Kong (RAE)|Гонконг|Сянган|Гонконг, Китай|ฮ่องกง|Hồng Kông
        |Hong Kong, Tiongkok|HK SAR
        """,
    "ID": "印度尼西亚|印度尼西亞|インドネシア|인도네시아|Indonésie|Индонезия|อินโดนีเซีย|In-đô-nê-xi-a",
    "JP": "ニッポン|ジャパン|일본|Japón|Japon|Япония|ญี่ปุ่น|Nhật Bản|Nhật|Jepang|Jepun",
    "KR": """
        大韩民国|大韓民國|大韓民国|韩国|韓国|한국|대한민국|Corea del Sur|República de Corea|Corée du Sud
        |République de Corée|Республика Корея|Южная Корея|เกาหลีใต้|สาธารณรัฐเกาหลี|Hàn Quốc
        |Korea Selatan|Republik Korea|Korea (South)|R.O. Korea|Rep. of Korea|Korea, South
        """,
    "MY": "马来西亚|大马|マレーシア|말레이시아|Malasia|Malaisie|Малайзия|มาเลเซีย|Ma-lai-xi-a",
    "MX": "墨西哥合众国|メキシコ|멕시코|Méjico|Mexique|Мексика|เม็กซิโก|Mê-hi-cô|Meksiko|México",
    "NZ": """
        新西兰|新西蘭|ニュージーランド|뉴질랜드|Nueva Zelanda|Nueva Zelandia|Nouvelle-Zélande
        |Новая Зеландия|นิวซีแลนด์|Niu Di-lân|Selandia Baru
        """,
    "PG": """
        巴布亚新几内亚|巴布亞新幾內亞|巴新|パプアニューギニア|파푸아뉴기니|Papúa Nueva Guinea|Papúa Nueva-Guinea
        |Papouasie-Nouvelle-Guinée|Папуа - Новая Гвинея|ปาปัวนิวกินี|Pa-pua Niu Ghi-nê
        |Papua Nugini|Papua N.G.|P.N.G.
        """,
    "PE": "秘鲁|ペルー|페루|Pérou|Перу|เปรู|Pê-ru|Perú",
    "PH": """
        菲律宾|フィリピン|필리핀|Filipinas|Philippines, the|Филиппины|ฟิลิปปินส์|Phi-líp-pin|Filipina
        |Pilipinas|Republic of the Philippines
        """,
    "RU": """
        俄罗斯|俄罗斯联邦|俄羅斯聯邦|俄国|ロシア|ロシア連邦|러시아|Rusia|Federación de Rusia|Russie
        |Fédération de Russie|Россия|Российская Федерация|РФ|รัสเซีย|Nga|Liên bang Nga
        """,
    "SG": "シンガポール|싱가포르|Singapur|Singapour|Сингапур|สิงคโปร์|Xin-ga-po|Singapura|星國|星加坡",
    "TW": """
        中国台北|中國台北|中国台湾|台湾|チャイニーズ・タイペイ|中華タイペイ|대만|타이완|차이니즈 타이베이
        |중화 타이베이|중화타이베이|Taipéi Chino|Taipei Chino|China Taipéi|Taiwán|Taipei chinois
        |Taïwan|Китайский Тайбэй|Китайский Тайпей|Тайвань|ไต้หวัน|จีนไทเป|Đài Loan
        |Đài Bắc Trung Hoa|Đài Bắc (Trung Quốc)|Taipei Tiongkok|Cina Taipei|Taipei Cina
        |Republic of China (Taiwan)|R.O.C. (Taiwan)|Taiwan, R.O.C.
        """,
    "TH": "泰国|タイ|タイ王国|태국|Tailandia|Thaïlande|Таиланд|ไทย|ประเทศไทย|Thái Lan",
    "US": """
        美国|美利坚合众国|米国|アメリカ|アメリカ合衆国|미국|미합중국|EE.UU.|EE. UU.|EEUU|Estados Unidos
        |Estados Unidos de América|Estados Unidos de Norteamérica|États-Unis
        |États-Unis d'Amérique|É.-U.|США|Соединенные Штаты|Соединенные Штаты Америки
        |สหรัฐอเมริกา|สหรัฐฯ|สหรัฐ|Hoa Kỳ|Mỹ|Amerika Serikat|Amerika Syarikat|U.S. of America
        """,
    "VN": "ベトナム|ヴェトナム|베트남|Viêt Nam|Вьетнам|เวียดนาม|Việt Nam",
}
NAMES = {code: tuple(" ".join(names.split()).split("|")) for code, names in _NAMES_OF.items()}
"""Names in other languages, and other English ones, by the code of the economy."""
_CODES = {alias_key(name): code for code, names in NAMES.items() for name in names}
_UNCLEAR = {
    "Korea": ("Corea", "Corée", "Корея", "เกาหลี"),
    "China": ("Chine", "Китай", "Cina"),
}
_IN_ENGLISH = {alias_key(name): english for english, names in _UNCLEAR.items() for name in names}
_SHORT = frozenset(key for key in _CODES if len(key) <= 3 and key.isascii())
LONGEST_NAME = 80
_NUMBERED = re.compile(r"(?:\(?\d{1,2}\s?[.):、．]|[•*■●▪►-])\s*")
_HEADED = re.compile(
    r"(?:(?:member )?econom(?:y|ies|ía)|country|país|pays|經濟體|经济体|國家|国家|国名|국가|страна|negara)"
    r"\s?[:：]\s*",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"(?P<before>[^()（）\[\]]+?)\s*[(（\[](?P<inside>[^()（）\[\]]+)[)）\]]")
_INVERTED = re.compile(r"(?P<last>[^,，]+)[,，]\s*(?P<first>[^,，]+)")
_PARTS = re.compile(r"\s*[/／|\n;；]\s*|\s+[-–—]\s+")
_TWO_SCRIPTS = re.compile(
    r"(?P<one>[ -~\u00c0-\u024f\u1e00-\u1eff]+?)\s+(?P<other>[^\x00-\u024f]+)"
)
_OTHER_WAY_ROUND = re.compile(r"(?P<other>[^\x00-\u024f]+?)\s+(?P<one>[ -~]+)")


def code_called(name: str) -> str | None:
    """The code of an economy by one of its names in another language; None for any other text."""
    return _CODES.get(alias_key(name))


def said_in_english(name: str) -> str:
    """A name that is as unclear as its English form, in that form; any other as it is."""
    return _IN_ENGLISH.get(alias_key(name), name)


def is_short_elsewhere(name: str) -> bool:
    """Whether a name without its accents could be a code: ``Mỹ`` is not Malaysia."""
    return not name.isascii() and alias_key(name) in _SHORT


def plainly(text: str) -> str:
    """A name without what lists set before and after it: ``2. Economy: Australia:``."""
    bare = _NUMBERED.sub("", text.strip(), count=1) if _NUMBERED.match(text.strip()) else text
    return _HEADED.sub("", bare.strip(), count=1).strip(" :：-–—") if len(text) < 200 else text


def inverted(name: str) -> str | None:
    """``Taipei, Chinese`` as ``Chinese Taipei``; None where nothing is inverted."""
    match = _INVERTED.fullmatch(name)
    return None if match is None else f"{match['first']} {match['last']}"


def parts_of(name: str) -> Iterator[tuple[tuple[str, str], bool]]:
    """The ways in which a text may say a name twice: in brackets, in two scripts, after a slash.

    Returns:
        The two parts, and whether the second may be something else: a remark, or a city.
    """
    if len(name) > LONGEST_NAME:
        return
    if bracketed := _BRACKETED.fullmatch(name):
        yield (bracketed["before"], bracketed["inside"]), True
    if two := _TWO_SCRIPTS.fullmatch(name) or _OTHER_WAY_ROUND.fullmatch(name):
        yield (two["one"], two["other"]), False
    if len(pieces := [piece for piece in _PARTS.split(name) if piece]) == 2:
        yield (pieces[0], pieces[1]), False
