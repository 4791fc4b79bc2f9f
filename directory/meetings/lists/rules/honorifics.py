"""What people write before and after a name: forms of address, ranks and degrees.

What a newcomer would get wrong: many of them are also names. ``Sri Mulyani`` is a name,
``Dato' Sri`` is not; ``Do`` with a dot may be a rank and without one a family name.
"""

from __future__ import annotations

import re

from directory.meetings.lists.rules.words import folded_words
from directory.names import fold

# Folded, one word each; certain with or without a dot.
_WORDS = folded_words(
    """
    mr mrs ms miss mx mister madam mdm sir dame dr drs dra prof professor dipl
    honourable honorable rev
    sgt sergeant snr jnr insp inspector supt superintendent capt captain maj lt lieut lieutenant
    col colonel cmdr comdr commander cdr adm cpl cst const constable det detective
    comm commissioner
    ssp acp dcp dsp asp sac akbp akp kompol kombes kombespol brigjen irjen iptu ipda aipda aiptu
    bripka kol letkol pcol pltcol pmaj pcpt plt psms
    atty attorney engr
    dato datuk datin dyg dayang awg awang hj hjh haji hajjah hajah puan encik pehin pengiran
    pg tengku tunku pokdg
    sra srta senor senora senorita lic licda licenciado licenciada mtro mtra abog abg cmdte tte
    comandante comisario subcomisario
    mme mlle monsieur madame me mtre
    """
)
# Certain only with a dot, or before another one: names otherwise.
_WITH_DOT = folded_words(
    "en sr pol col gen maj cap cmt do don dona ir st mag hon asst dep sub chief cik const comm"
    " me insp cpt adj br sis rev drs tuan raja ing khun nai"
)
# Part of a title after another word of it, a name otherwise.
_AFTER_ANOTHER = folded_words("sri seri setia paduka laila utama amar patinggi wira general gen")
_PAIRS = frozenset(
    ("tan sri", "puan sri", "toh puan", "mr justice", "vice admiral", "rear admiral", "hj awg")
)
# A name in capitals is one even where the same word is a rank; these are always in capitals.
_ACRONYMS = folded_words("ssp acp dcp dsp asp sac akbp akp iptu ipda")

_DEGREES = folded_words(
    "phd ph d md jd llb llm ll b m ba ma bsc msc mba esq sh mh skom se si esquire qc kc sc jp"
    " cissp cpa eng ret"
)
_BEFORE = re.compile(
    r"(?:г-н|г-жа|господин|госпожа|(?:под)?полковник|майор|капитан|(?:старший )?лейтенант"
    r"|генерал(?:-майор|-лейтенант)?"
    r"|นางสาว|นาย|นาง|ดร\.|คุณ|(?:[\u0e01-\u0e2e]{1,3}\.){2,5}"
    r"|ông|bà|đ/c|thượng tá|trung tá|thiếu tá|đại tá|đại úy)(?=[^\w]|(?<=[\u0e00-\u0e7f.]))\s*",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s*(?:先生|女士|小姐|太太|博士|教授|律師|律师|檢察官|检察官|検事|警官|警部補|警部|警視正|警視|警正|警監"
    r"|處長|处长|科長|科长|組長|组长|隊長|队长|局長|局长|主任|課長|课长|部長|部长|室長|係長|主席"
    r"|さま|さん|様|(?<=[\s\u3000])氏|(?<=\s)(?:검사|경감|경위|경정|총경|팀장|과장|씨|님))$"
)
_TOKEN = re.compile(r"[^\s.]+\.?|\.")
_ONLY_MARKS = re.compile(r"^[\W_]*$")


def split_honorifics(name: str) -> tuple[str, str]:
    """Take what stands before a name off it.

    Returns:
        The honorifics as written, empty where there are none, and the name.
    """
    if before := _BEFORE.match(name):
        rest = name[before.end() :].strip()
        if rest:
            further, bare = split_honorifics(rest)
            return f"{before[0].strip()} {further}".strip(), bare
    tokens = [(match[0], match.start(), match.end()) for match in _TOKEN.finditer(name[:120])]
    taken = 0
    while taken < len(tokens) - 1:
        count = _honorifics_at(tokens, taken)
        if count == 0 or taken + count >= len(tokens):
            break
        taken += count
    if taken == 0 or _ONLY_MARKS.match(name[tokens[taken - 1][2] :]):
        return "", name
    end = tokens[taken - 1][2]
    return name[:end].strip(), name[end:].strip()


def split_honorific_after(name: str) -> tuple[str, str]:
    """Take what stands after a name in its own script off it: the honorific, and the name."""
    after = _AFTER.search(name, max(0, len(name) - 12))
    if after is None or not name[: after.start()].strip():
        return "", name
    return after[0].strip(), name[: after.start()].strip()


def is_degree(text: str) -> bool:
    """Whether a text that follows a comma is a degree and no given name: ``S.H.``, ``PhD``."""
    words = fold(text).split()
    return bool(words) and (
        all(word in _DEGREES for word in words)
        or re.fullmatch(r"(?:[A-Z][a-z]{0,3}\.\s?){1,6}[A-Z]?", text.strip()) is not None
    )


def is_honorific(text: str) -> bool:
    """Whether a text is a form of address or a rank and nothing else."""
    stripped = text.strip()
    if not stripped or len(stripped) > 60:
        return False
    before, rest = split_honorifics(f"{stripped} Xx")
    return (rest == "Xx" and before != "") or _AFTER.fullmatch(stripped) is not None


def _honorifics_at(tokens: list[tuple[str, int, int]], place: int) -> int:
    """How many tokens from a place on make one honorific; 0 for none."""
    token = tokens[place][0]
    words = fold(token)
    following = fold(tokens[place + 1][0]) if place + 1 < len(tokens) else ""
    if f"{words} {following}" in _PAIRS:
        return 2
    if place and words in _AFTER_ANOTHER:
        return 1
    if len(token) > 3 and token.isupper() and words not in _ACRONYMS and _is_mixed(tokens):
        return 0
    if token.endswith(".") and (words in _WITH_DOT or words in _WORDS):
        return 1
    if words in _WORDS and words not in _WITH_DOT:
        return 1
    return int(words in _WITH_DOT and (following in _WORDS or (place > 0 and words in _RANKS)))


_RANKS = folded_words("col gen maj insp const comm")


def _is_mixed(tokens: list[tuple[str, int, int]]) -> bool:
    return any(any(c.islower() for c in token) for token, _, _ in tokens)
