"""The names of languages, in English, in themselves and in the words of neighbours.

The table is made by hand: the languages that the member economies' desks are likely to offer, and
those of the partners beyond. A name that means several languages is not in it.
"""

from __future__ import annotations

from collections.abc import Mapping

from directory.names import fold

_NAMES = """
en: English|Anglais|Inglés|Inglês|Englisch|Английский|Inggris|Bahasa Inggris|Bahasa Inggeris|Ingles
    Tiếng Anh|อังกฤษ|ภาษาอังกฤษ|英語|英语|英文|영어|영문|えいご|eng|engl
en-GB: English UK|UK English|British English
en-US: English US|US English|American English
zh: Chinese|Mandarin|Mandarin Chinese|Chinese Mandarin|Putonghua|Guoyu|Standard Chinese|Chinois
    Chino|Chino mandarín|Mandarín|Chinês|Chinesisch|Китайский|Tiếng Trung|จีน|ภาษาจีน|中文|國語|国语
    普通話|普通话|華語|华语|漢語|汉语|北京話|中国語|중국어|chi|zho|cmn
zh-Hant: Traditional Chinese|Chinese Traditional|繁體中文|繁体中文|正體中文|正体中文
zh-Hans: Simplified Chinese|Chinese Simplified|簡體中文|简体中文
yue: Cantonese|Chinese Cantonese|Cantonese Chinese|廣東話|广东话|粵語|粤语|廣州話|広東語|광둥어
    Cantonés|Кантонский
nan: Hokkien|Taiwanese|Taiwanese Hokkien|Min Nan|Southern Min|Teochew|閩南語|闽南语|臺語|台語|台语
    福建話
hak: Hakka|客家話|客语|客語|客家语
ja: Japanese|Nihongo|Japonais|Japonés|Japonês|Japanisch|Японский|Bahasa Jepang|Tiếng Nhật|ญี่ปุ่น
    ภาษาญี่ปุ่น|日本語|日語|日语|日文|일본어|にほんご|jpn|jap
ko: Korean|Hangugeo|Coréen|Coreano|Koreanisch|Корейский|Bahasa Korea|Tiếng Hàn|เกาหลี|ภาษาเกาหลี
    한국어|한국말|韓語|韩语|韓文|韩文|韓国語|朝鮮語|국어|국문|kor
ms: Malay|Bahasa Melayu|Bahasa Malaysia|Melayu|Malais|Malayo|Malaio|Малайский|馬來語|马来语|馬來文
    マレー語
    말레이어|มลายู|msa|BM
id: Indonesian|Bahasa Indonesia|Indonesia|Indonésien|Indonesio|Indonésio|Индонезийский
    Tiếng Indonesia
    印尼語|印尼语|印尼文|印度尼西亚语|インドネシア語|인도네시아어|อินโดนีเซีย|B. Indonesia
fil: Filipino|Pilipino|Tagalog|Filipino Tagalog|Filipino/Tagalog|Wikang Filipino|菲律賓語|菲律宾语
    他加祿語
    フィリピン語|필리핀어|Филиппинский|Тагальский|tgl
th: Thai|Thaï|Tailandés|Tailandês|Тайский|Phasa Thai|ไทย|ภาษาไทย|泰語|泰语|泰文|タイ語|태국어
    Tiếng Thái|tha
vi: Vietnamese|Viet|Tiếng Việt|Việt|Vietnamien|Vietnamita|Вьетнамский|越南語|越南语|越語|越南文
    ベトナム語
    베트남어|เวียดนาม|ภาษาเวียดนาม|vie
ru: Russian|Russe|Ruso|Russo|Russisch|Русский|Русский язык|по-русски|Tiếng Nga|俄語|俄语|俄文
    ロシア語
    러시아어|รัสเซีย|rus
es: Spanish|Castilian|Espagnol|Español|Castellano|Espanhol|Spanisch|Испанский|Tiếng Tây Ban Nha
    西班牙語
    西班牙语|西班牙文|西語|スペイン語|스페인어|สเปน|spa|esp
fr: French|Français|Francés|Francês|Französisch|Французский|Tiếng Pháp|法語|法语|法文|フランス語
    프랑스어
    ฝรั่งเศส|fra|fre
pt: Portuguese|Português|Portugais|Portugués|Португальский|葡萄牙語|葡萄牙语|葡語|葡文|ポルトガル語
mi: Māori|Maori|te reo Māori|te reo|reo Māori|mri|mao
tpi: Tok Pisin|Pidgin|Melanesian Pidgin|Neo-Melanesian|Papua New Guinea Pidgin
ho: Hiri Motu|Motu|Police Motu
qu: Quechua|Runasimi|Kichwa
ay: Aymara|Aimara|aym
arn: Mapudungun|Mapuche
rap: Rapa Nui
nah: Nahuatl|Náhuatl
haw: Hawaiian
iu: Inuktitut
ceb: Cebuano|Bisaya|Visayan
ilo: Ilocano|Ilokano
jv: Javanese|Basa Jawa|Bahasa Jawa
su: Sundanese|Basa Sunda
ta: Tamil|தமிழ்|淡米爾語|泰米尔语
hi: Hindi|हिन्दी
bn: Bengali|Bangla|বাংলা
ur: Urdu|اردو
pa: Punjabi|Panjabi
km: Khmer|Cambodian|ខ្មែរ|ភាសាខ្មែរ
lo: Lao|Laotian|ລາວ|ພາສາລາວ
my: Burmese|Myanmar|မြန်မာဘာသာ
mn: Mongolian|Монгол
bo: Tibetan|藏語|藏语
ug: Uyghur|Uighur|維吾爾語|维吾尔语
tt: Tatar|Татарский
kk: Kazakh|Қазақша
uk: Ukrainian|Українська|Украинский
be: Belarusian|Беларуская
ar: Arabic|Arabe|Árabe|العربية|阿拉伯語|阿拉伯语|ara
fa: Persian|Farsi|فارسی
he: Hebrew|עברית
tr: Turkish|Türkçe
de: German|Deutsch|Allemand|Alemán|Alemão|Немецкий|德語|德语|德文|ドイツ語|독일어|deu
it: Italian|Italiano|Italien|Итальянский|義大利語|意大利语|ita
nl: Dutch|Nederlands|Flemish|nld
pl: Polish|Polski
cs: Czech|Čeština
sk: Slovak|Slovenčina
hu: Hungarian|Magyar
ro: Romanian|Română
bg: Bulgarian|Български
sr: Serbian|Српски
hr: Croatian|Hrvatski
el: Greek|Ελληνικά
sv: Swedish|Svenska
nb: Norwegian|Norsk
da: Danish|Dansk
fi: Finnish|Suomi
et: Estonian|Eesti
lv: Latvian|Latviešu
lt: Lithuanian|Lietuvių
sm: Samoan|Gagana Samoa
to: Tongan|Lea faka-Tonga
fj: Fijian
tet: Tetum|Tetun
dz: Dzongkha
ne: Nepali|नेपाली
si: Sinhala|Sinhalese|සිංහල
"""

ONE_CHARACTER: Mapping[str, str] = {
    "中": "zh", "英": "en", "日": "ja", "韓": "ko", "韩": "ko", "法": "fr", "俄": "ru", "西": "es",
    "泰": "th", "越": "vi", "粵": "yue", "粤": "yue", "葡": "pt", "德": "de", "國": "zh",
    "国": "zh", "台": "nan", "臺": "nan", "客": "hak",
}  # fmt: skip
"""Languages as Chinese lists run them together: ``中英文``, ``國、台語``."""

ECONOMY_CODES: Mapping[str, str] = {
    "JP": "ja", "KR": "ko", "CN": "zh", "TW": "zh", "VN": "vi", "PG": "tpi", "CL": "es",
    "MX": "es", "PE": "es", "US": "en", "AU": "en", "NZ": "en", "GB": "en", "IN": "hi",
}  # fmt: skip
"""Codes of economies where a language was asked for, and what is likely meant."""

AMBIGUOUS: Mapping[str, str] = {
    "bi": "Bahasa Indonesia (id), or Bislama",
    "bahasa": "Malay (ms) or Indonesian (id)",
    "ca": "Catalan, or Canada's English and French",
    "my": "Burmese, or Malaysia's Malay (ms)",
    "ph": "Filipino (fil) or English (en)",
    "sg": "English (en), Malay (ms), Mandarin (zh) or Tamil (ta)",
    "hk": "Cantonese (yue) or English (en)",
    "uk": "Ukrainian, or the English of the United Kingdom",
    "ch": "Chamorro, or Chinese (zh)",
    "sp": "Spanish (es)",
    "dialect": "which dialect",
}
"""Words that name no one language, with what they may mean."""


def _by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    tag = ""
    for line in _NAMES.strip().splitlines():
        head, colon, rest = line.partition(": ")
        if colon:
            tag = head
        for name in (rest if colon else line).split("|"):
            found[fold(name)] = tag
    return found


BY_NAME: Mapping[str, str] = _by_name()
"""The tags of languages by their folded names."""

TAGS = frozenset(BY_NAME.values())
