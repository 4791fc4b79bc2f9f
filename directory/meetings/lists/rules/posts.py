"""What post somebody holds, and in which organisation, where one cell may hold both.

What a newcomer would get wrong: nobody can always tell the two apart. ``Police Inspector`` is a
post and ``Inspectorate of Police`` is none; what decides is the word that a phrase is about, and
where none is known the reader says so instead of choosing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from directory.meetings.lists.rules.findings import Code, Doubt, Read
from directory.meetings.lists.rules.words import folded_words, one_line, tidy, tidying_doubts
from directory.names import fold

TITLES = folded_words(
    """
    officer officers director directors manager chief head inspector inspectors superintendent
    prosecutor prosecutors attorney attorneys counsel advisor adviser analyst secretary chair
    chairperson chairman vicechair commissioner commander investigator investigators assistant
    deputy specialist expert coordinator liaison lead leader agent engineer judge magistrate
    representative delegate detective sergeant lieutenant captain major colonel constable oic
    minister undersecretary president lecturer researcher supervisor administrator mgr dir ssp asp
    dsp supt insp ceo cio ciso cto controller registrar examiner post
    jefe jefa director directora subcomisario comisario fiscal asesor asesora agente encargado
    encargada subdirector subdirectora inspectora coordinador coordinadora oficial
    chef directeur directrice procureur agent conseiller responsable enqueteur commissaire
    kepala kanit kasubdit kasat direktur penyidik jaksa ketua pengarah pegawai penolong timbalan
    начальник заместитель директор следователь прокурор инспектор оперуполномоченный специалист
    эксперт руководитель
    """
)
ORGANISATIONS = folded_words(
    """
    police force ministry department bureau division center centre agency section office unit
    group commission authority directorate service services constabulary corps branch team squad
    secretariat institute laboratory lab court council board company berhad bhd ltd inc corporation
    university association committee organisation organization prosecution interpol cert csirt
    headquarters hq taskforce watchfloor
    policia brigada unidad ministerio fiscalia direccion departamento division agencia centro
    oficina procuraduria subsecretaria secretaria comision guardia
    direction ministere bureau gendarmerie agence service parquet office
    polri kepolisian kementerian unit direktorat kejaksaan badan jabatan polis suruhanjaya
    управление министерство отдел департамент бюро служба центр прокуратура комитет
    cuc bo vien cong an phong
    """
)
_OF = re.compile(
    r"\s(?:of|for|in|at|to|de|del|du|des|dela|di|da|ของ)\s|\s(?:de la|de l')\s?", re.IGNORECASE
)
_UNSPACED = r"[\u3400-\u9fff\uac00-\ud7af]"
_ORGANISATION_END = re.compile(
    r"(?:局|署|處|处|院|隊|队|中心|科|組|组|部|廳|厅|課|课|室|司|庁|省|府|會|会|公司|警察|學|学"
    r"|청|센터|과|팀|부|원|단|국|กอง|สำนัก)$"
)
_TITLE_END = re.compile(
    r"(?:長|长|官|員|员|師|师|主任|監|监|理|警|佐|司長|事|補|补|正|席|代表|職務代理"
    r"|검사|경감|경위|경정|총경|수사관|팀장|과장|국장)$"
)
_GLUED = re.compile(
    rf"^(?P<organisation>{_UNSPACED}{{2,40}}(?:局|署|處|处|院|隊|队|中心|科|組|组|部|廳|厅|課|课|室|司"
    r"|庁|省|府|청|센터|과|팀))"
    r"(?P<title>[\u3400-\u9fff\uac00-\ud7af]{0,6}"
    r"(?:長|长|官|員|员|師|师|主任|監|监|理|事|警部|警視|검사|경감|경위|수사관|팀장))$"
)
_BRACKETED = re.compile(r"\s*[(（]\s*([^()（）]*?)\s*[)）]")
_LEFT = folded_words(
    "former retired ex left resigned until recently 前任 卸任 離職 离职 前 退職 元 전 бывший"
    " anterior ancien mantan"
)
_SEPARATOR = re.compile(r"\s*[,，、;；|]\s*|\s+[\-–—/／@]\s+|\s+at\s+", re.IGNORECASE)
LONGEST_POST = 600


@dataclass(frozen=True, slots=True)
class Post:
    """What a list says of a post.

    Attributes:
        title: What the post is called; None where the list does not say.
        organisation: Where it is; None where the list does not say.
    """

    title: str | None
    organisation: str | None


def read_post(position: str | None, organisation: str | None, combined: str | None) -> Read[Post]:
    """Read a post from its own columns, or from one that holds both.

    Args:
        position: What the column of positions says.
        organisation: What the column of organisations says.
        combined: What a column of both says; the other two win over it.
    """
    doubts: list[Doubt] = []
    title = _plain(position, doubts)
    place = _plain(organisation, doubts)
    if title is not None:
        title = _without_leaving(title, doubts)
    if combined is not None and tidy(combined):
        doubts.extend(tidying_doubts(combined))
        read = _read_combined(combined, doubts)
        title, place = _beside(title, read.title, doubts), _beside(place, read.organisation, doubts)
    if title is not None and fold(title) in {"post", "duty post", "職位", "职位"}:
        doubts.append(Doubt(Code.REMARK_IN_CELL, title, "a post, whoever holds it", 0.8))
        title = None
    value = Post(title, place)
    return Read(value if title or place else None, tuple(doubts))


def sounds_like_a_title(text: str) -> bool:
    """Whether a text is about a position, as far as its words tell."""
    return _sort(text) == "title"


def tells_its_sort(text: str) -> bool:
    """Whether the words of a text tell that it names a position, or an organisation."""
    return _sort(text) is not None


def _plain(text: str | None, doubts: list[Doubt]) -> str | None:
    if text is None or not (tidied := tidy(text)):
        return None
    doubts.extend(tidying_doubts(text))
    return ", ".join(part for line in tidied.split("\n") if (part := line.rstrip(",;"))) or None


def _beside(own: str | None, also: str | None, doubts: list[Doubt]) -> str | None:
    if own is not None and also is not None and fold(own) != fold(also):
        doubts.append(Doubt(Code.REMARK_IN_CELL, also, None, 0.5))
    return own or also


def _read_combined(text: str, doubts: list[Doubt]) -> Post:
    tidied = tidy(text)
    if len(tidied) > LONGEST_POST or not fold(tidied):
        doubts.append(Doubt(Code.UNREADABLE, tidied, None, 0.0))
        return Post(None, None)
    written = _without_leaving(tidied, doubts)
    if not fold(written):
        return Post(None, None)
    title, place, confidence = _split(written)
    read = one_line(written)
    if title and place:
        doubts.append(Doubt(Code.POST_READ, read, f"{title}; in: {place}", confidence))
    elif confidence < 0.9:
        meaning = f"the post {title}" if title else f"the organisation {place}"
        doubts.append(Doubt(Code.POST_READ, read, meaning, confidence))
    return Post(title, place)


def _without_leaving(text: str, doubts: list[Doubt]) -> str:
    """Take "(former)" off: it says that somebody left, not what the post is called."""
    for bracket in _BRACKETED.finditer(text):
        said = fold(bracket[1]).split()
        rest = (text[: bracket.start()] + text[bracket.end() :]).strip()
        if said and set(said) <= _LEFT and rest:
            doubts.append(Doubt(Code.REMARK_IN_CELL, bracket[0].strip(), "has left the post", 0.8))
            return rest
    return text


def _split(text: str) -> tuple[str | None, str | None, float]:
    """Title, organisation and how sure that is."""
    lines = [line for line in text.split("\n") if fold(line)]
    if len(lines) > 1:
        return _split_parts(lines, ", ", by_lines=True)
    text = one_line(text)
    if glued := _GLUED.match(text):
        return glued["title"], glued["organisation"], 0.7
    words = text.split(" ")
    if len(words) == 2 and all(re.search(_UNSPACED, w) and _sort(w) for w in words):
        return _split_parts(words, " ", by_lines=False)
    return _split_parts(_pieces(text), None, by_lines=False, text=text)


def _split_parts(
    parts: list[str], joint: str | None, *, by_lines: bool, text: str = ""
) -> tuple[str | None, str | None, float]:
    sorts = [_sort(part) for part in parts]

    def joined(low: int, high: int) -> str | None:
        if low >= high:
            return None
        if joint is not None:
            return joint.join(part.rstrip(",;") for part in parts[low:high])
        return _between(text, parts, low, high)

    if "organisation" not in sorts:
        if by_lines:
            return joined(0, len(parts) - 1), joined(len(parts) - 1, len(parts)), 0.5
        is_title = "title" in sorts
        return joined(0, len(parts)), None, 0.9 if is_title else 0.3
    first = sorts.index("organisation")
    if first == 0:
        # The organisation first, and the post at the end.
        last = next((n for n, sort in enumerate(sorts) if sort == "title"), None)
        if last is None:
            return None, joined(0, len(parts)), 0.8
        return joined(last, len(parts)), joined(0, last), 0.8
    certain = sorts[0] == "title" and "title" not in sorts[first:]
    return joined(0, first), joined(first, len(parts)), 0.9 if certain else 0.6


def _pieces(text: str) -> list[str]:
    return [piece for piece in _SEPARATOR.split(text) if fold(piece)]


def _between(text: str, pieces: list[str], low: int, high: int) -> str:
    """The stretch of a text from one of its pieces to another, as it is written."""
    place, start = 0, 0
    for number, piece in enumerate(pieces[:high]):
        place = text.index(piece, place)
        if number == low:
            start = place
        place += len(piece)
    return text[start : place if high < len(pieces) else len(text)].strip(" ,;|/-–—")


def _sort(phrase: str) -> str | None:
    """Whether a phrase names a ``title`` or an ``organisation``; None where it does not tell."""
    bare = _BRACKETED.sub(" ", phrase).strip() or phrase.strip("()（） ")
    about = _OF.split(bare, maxsplit=1)[0].strip()
    words = fold(about).split()
    if not words:
        return None
    # English ends with what a phrase is about, most others begin with it.
    for word in (words[-1], words[0], *words[1:-1]):
        if word in TITLES:
            return "title"
        if word in ORGANISATIONS:
            return "organisation"
    if _TITLE_END.search(about):
        return "title"
    return "organisation" if _ORGANISATION_END.search(about) else None
