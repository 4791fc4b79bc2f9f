"""Who holds a post, as lists write names: in any script, order and capitals, several in one cell.

What a newcomer would get wrong: a name is one string. Nothing here decides which part of it is the
family's; only a comma moves anything, and it is told. Capitals stay as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from directory.meetings.lists.rules.duty_words import is_post
from directory.meetings.lists.rules.findings import Code, Doubt, Read
from directory.meetings.lists.rules.honorifics import (
    is_degree,
    is_honorific,
    split_honorific_after,
    split_honorifics,
)
from directory.meetings.lists.rules.name_signs import is_sentence, is_whole
from directory.meetings.lists.rules.posts import sounds_like_a_title
from directory.meetings.lists.rules.scripts import UNKNOWN_HAN, script_runs, tag_of
from directory.meetings.lists.rules.words import folded_words, one_line, tidy, tidying_doubts
from directory.names import fold

LONGEST_NAME = 300
LONGEST_CELL = 2_000

_SEVERAL = re.compile(
    r"\s*[\n;；、]\s*|\s+[/／|]\s+|(?<=\w\w)[／](?=\w\w)"
    r"|[,，]?\s+(?:&|and|then|y|luego|et|puis|dan|и|及|和|與|与)\s+",
    re.IGNORECASE,
)
_GLUED_SLASH = re.compile(r"(?<=\w)/(?=\w)")
_PATRONYMIC = re.compile(r"\b[asd]/[lpo]\b", re.IGNORECASE)
_COMMA = re.compile(r"\s*[,，]\s*")
_BRACKETED = re.compile(r"\(([^()]*)\)|（([^（）]*)）|\[([^\[\]]*)\]")
_SUFFIX = re.compile(r"(?:jr|sr|jnr|snr|i{1,3}|iv|v|vi)\.?", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:c/o|(?:attn?|attention|contact|name|nombre|nom|имя|姓名|氏名|성명)\s?[.:：])\s*(?=\w)",
    re.IGNORECASE,
)
_FORMULA = re.compile(r"[=+@]")
_NOTES_IN_OWN_SCRIPT = folded_words(
    "代理 候補 候补 副 主管 代表 職務代理 职务代理 召集人 前任 卸任 新任 主 正"
    " 備援 备援 組長 科長 대리 담당 и.о. 主任 窓口 担当 值班"
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom a list names.

    Attributes:
        name: By BCP 47 tag, as written; Latin letters under ``en``.
        honorifics: What stood before or after the name, as written.
        note: What else the cell says of them: ``alternate``.
    """

    name: Mapping[str, str]
    honorifics: tuple[str, ...] = ()
    note: str | None = None


@dataclass(slots=True)
class _Draft:
    """A person while their cell is being read."""

    latin: str = ""
    own: dict[str, str] = field(default_factory=dict)
    honorifics: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def read_people(
    name: str,
    *,
    own_script: str | None = None,
    honorific: str | None = None,
    script_tag: Mapping[str, str] | None = None,
    post_words: Iterable[str] = (),
) -> Read[tuple[Person, ...]]:
    """Read who is named in a row.

    Args:
        name: What the column of names says; may be empty.
        own_script: What the column of names in their own script says.
        honorific: What the column of forms of address says.
        script_tag: Under which tag a script's names stand in that economy: ``{"Hani": "zh-Hant"}``.
        post_words: Further words, folded, that name a post and nobody.

    Returns:
        The people in the order written. A post without a person is nobody, and a doubt
        ``NOBODY_NAMED`` that proposes the post's title; ``post_in`` gives the title itself.
    """
    tags, post_words = script_tag or {}, tuple(post_words)
    if len(name) + len(own_script or "") > LONGEST_CELL:
        return Read(None, (Doubt(Code.UNREADABLE, one_line(name), None, 0.0), *_unused(own_script)))
    doubts = [*tidying_doubts(name), *tidying_doubts(own_script or "")]
    if (title := post_in(name, post_words=post_words)) is not None:
        sure = 0.9 if is_post(title, post_words) == "certain" else 0.5
        doubts.append(Doubt(Code.NOBODY_NAMED, one_line(name), f"the post {title}", sure))
        return Read((), (*doubts, *_unused(own_script), *_unused(honorific)))
    if _FORMULA.match(name.strip()) and fold(name):
        text = one_line(name)
        doubts.append(Doubt(Code.FORMULA_TEXT, text, text, 0.2))
        drafts = [_Draft(latin=text)]
    else:
        drafts = [_read_one(part, tags) for part in _parts(name)]
    _add_own_script(drafts, own_script, tags, doubts)
    drafts = _with_named(drafts, doubts)
    _add_honorific(drafts, honorific, doubts)
    doubts.extend(doubt for draft in drafts for doubt in draft.doubts)
    people = tuple(_person(draft) for draft in drafts)
    if len(people) > 1:
        shown = "; ".join(next(iter(person.name.values())) for person in people)
        doubts.insert(0, Doubt(Code.SEVERAL_PEOPLE, one_line(name), shown, 0.9))
    return Read(people, tuple(doubts))


def post_in(name: str, *, post_words: Iterable[str] = ()) -> str | None:
    """The title of the post that a cell names instead of a person; None where it names a person."""
    text = one_line(name)
    if not text or len(text) > LONGEST_NAME or split_honorifics(text)[0]:
        return None
    return text if is_post(text, post_words) is not None else None


def _unused(text: str | None) -> tuple[Doubt, ...]:
    written = one_line(text or "")
    return (Doubt(Code.REMARK_IN_CELL, written, None, 0.3),) if written else ()


def _parts(name: str) -> list[str]:
    """A cell's text, cut where the next person begins."""
    text = tidy(name)
    if not text:
        return []
    if _is_one_in_two_scripts(pieces := [p for p in _SEVERAL.split(text) if p.strip()]):
        return [" ".join(pieces)]
    parts = _paired(_rejoined(text, pieces))
    people: list[str] = []
    for part in (part for whole in parts for part in _cut_at_address(whole)):
        if people and _is_latin(part) and sounds_like_a_title(part):
            people[-1] += f", {part}"  # their position, on a line of its own
        else:
            people.append(" ".join(part.split("\n")))
    return people


def _is_one_in_two_scripts(pieces: Sequence[str]) -> bool:
    return len(pieces) == 2 and _is_latin(pieces[0]) != _is_latin(pieces[1])


def _is_latin(text: str) -> bool:
    return not script_runs(text)


def _rejoined(text: str, pieces: Sequence[str]) -> list[str]:
    """Put together again what no separator of people cut: "Sample and Sons", a lone word."""
    if len(pieces) < 2 or "(" in text or "（" in text:
        return _outside_brackets(text)
    if any(_is_latin(p) and len(fold(p).split()) < 2 for p in pieces) and not re.search(
        r"[\n;；]|\s[/／]\s", text
    ):
        return [text]
    return list(pieces)


def _outside_brackets(text: str) -> list[str]:
    """Cut as always, but never within brackets."""
    kept = _BRACKETED.sub(lambda m: "\x01" * len(m[0]), text)
    cuts = [(m.start(), m.end()) for m in _SEVERAL.finditer(kept)]
    places = [0, *(place for cut in cuts for place in cut), len(text)]
    pieces = [text[places[n] : places[n + 1]].strip() for n in range(0, len(places), 2)]
    named = [piece for piece in pieces if fold(piece)]
    return named if len(named) > 1 else [text]


def _paired(pieces: Sequence[str]) -> list[str]:
    """A name in one script and the next in another are one person's, pair by pair."""
    scripts = [_is_latin(piece) for piece in pieces]
    half = len(pieces) // 2
    if len(pieces) > 2 and len(pieces) % 2 == 0:
        if scripts == [True, False] * half:
            return [f"{pieces[n]} {pieces[n + 1]}" for n in range(0, len(pieces), 2)]
        if scripts == [True] * half + [False] * half:
            return [f"{pieces[n]} {pieces[n + half]}" for n in range(half)]
    return list(pieces)


def _cut_at_address(text: str) -> list[str]:
    """Cut "Ms A SAMPLE, Mr B SAMPLE" where a form of address begins another person."""
    if "/" in text and not _PATRONYMIC.search(text):
        halves = _GLUED_SLASH.split(text)
        if all(len(fold(half).split()) > 1 for half in halves):
            return halves
    pieces = _COMMA.split(text)
    if len(pieces) > 1 and (
        all(split_honorifics(piece)[0] for piece in pieces) or all(map(is_whole, pieces))
    ):
        return pieces
    return [text]


def _read_one(text: str, tags: Mapping[str, str]) -> _Draft:
    draft = _Draft()
    if len(text) > LONGEST_NAME:
        draft.doubts.append(Doubt(Code.UNREADABLE, one_line(text), None, 0.0))
        return draft
    if is_sentence(text):
        draft.doubts.append(Doubt(Code.UNREADABLE, one_line(text), None, 0.0))
        return draft
    if label := _LABEL.match(text):
        draft.doubts.append(Doubt(Code.REMARK_IN_CELL, label[0].strip(), None, 0.9))
        text = text[label.end() :]
    outside = _BRACKETED.sub(" ", text).strip()
    for match in _BRACKETED.finditer(text):
        inside = (match[1] or match[2] or match[3] or "").strip()
        if inside:
            _read_bracket(inside, outside, draft, tags)
    rest = _take_own_script(outside, draft, tags)
    _read_latin(rest, draft)
    return draft


def _read_bracket(inside: str, outside: str, draft: _Draft, tags: Mapping[str, str]) -> None:
    """Another script's name in brackets is a name; anything else is a note."""
    runs = script_runs(inside)
    is_other = bool(runs) and _is_latin(outside)
    is_latin_beside_own = not runs and not _is_latin(outside) and not _has_latin(outside)
    if outside and is_other and fold(inside) not in _NOTES_IN_OWN_SCRIPT:
        rest = _take_own_script(inside, draft, tags, told=True)
        if fold(rest):
            draft.notes.append(rest)
            draft.doubts.append(Doubt(Code.REMARK_IN_CELL, rest, f"note: {rest}", 0.5))
    elif outside and is_latin_beside_own and inside[:1].isupper():
        _read_latin(inside, draft)
        draft.doubts.append(Doubt(Code.OTHER_SCRIPT, inside, f"{inside} (en)", 0.9))
    else:
        draft.notes.append(inside)
        draft.doubts.append(Doubt(Code.REMARK_IN_CELL, f"({inside})", f"note: {inside}", 0.8))


def _has_latin(text: str) -> bool:
    return any(c.isascii() and c.isalpha() for c in text)


def _take_own_script(
    text: str, draft: _Draft, tags: Mapping[str, str], *, told: bool = False
) -> str:
    """Take the names that are not in Latin letters out of a text; what is left of it."""
    rest = text
    for run in script_runs(text):
        rest = rest.replace(run, " ", 1)
        before, bare = split_honorifics(run.strip())
        after, bare = split_honorific_after(bare)
        for honorific in filter(None, (before, after)):
            _note_honorific(draft, honorific, bare)
        if not bare or is_honorific(bare):
            _note_honorific(draft, bare, text)
            continue
        tag = tag_of(bare, tags)
        if tag in draft.own:
            draft.own[tag] += f" {bare}"
        else:
            draft.own[tag] = bare
        if told or text != run:
            sure = 0.5 if tag == UNKNOWN_HAN else 0.9
            draft.doubts.append(Doubt(Code.OTHER_SCRIPT, bare, f"{bare} ({tag})", sure))
    return " ".join(rest.split()).strip(" -–—/,;|")


def _note_honorific(draft: _Draft, honorific: str, name: str) -> None:
    if honorific:
        draft.honorifics.append(honorific)
        draft.doubts.append(Doubt(Code.HONORIFIC, honorific, name or None, 0.95))


def _read_latin(text: str, draft: _Draft) -> None:
    if not fold(text):
        return
    honorific, bare = split_honorifics(text)
    if honorific:
        draft.honorifics.append(honorific)
    bare = _without_degrees(bare, draft)
    name = _in_order(bare, draft)
    draft.latin = f"{draft.latin} {name}".strip()
    if honorific:
        draft.doubts.append(Doubt(Code.HONORIFIC, honorific, name, 0.95))


def _without_degrees(text: str, draft: _Draft) -> str:
    """Take degrees and positions that follow a comma off a name."""
    first, *pieces = _COMMA.split(text)
    kept = [first]
    for piece in pieces:
        if is_degree(piece) and not _SUFFIX.fullmatch(piece):
            draft.honorifics.append(piece)
            draft.doubts.append(Doubt(Code.HONORIFIC, piece, first, 0.9))
        elif sounds_like_a_title(piece) or is_post(piece) == "certain":
            draft.notes.append(piece)
            draft.doubts.append(Doubt(Code.REMARK_IN_CELL, piece, f"note: {piece}", 0.8))
        elif piece:
            kept.append(piece)
    return ", ".join(kept)


def _in_order(text: str, draft: _Draft) -> str:
    """Write "FAMILY, Given" as "Given FAMILY"."""
    family, *others = text.split(", ")
    suffixes = [other for other in others if _SUFFIX.fullmatch(other)]
    given = [other for other in others if not _SUFFIX.fullmatch(other)]
    if not given:
        return text
    if len(given) > 1 or not family:
        draft.doubts.append(Doubt(Code.NAME_ORDER, text, None, 0.3))
        return text
    honorific, bare = split_honorifics(given[0])
    name = " ".join([bare, family, *suffixes])
    if honorific:
        _note_honorific(draft, honorific, name)
    has_capitals = family.split()[0].isupper() and not bare.isupper()
    draft.doubts.append(Doubt(Code.NAME_ORDER, text, name, 0.95 if has_capitals else 0.7))
    return name


def _add_own_script(
    drafts: list[_Draft], own_script: str | None, tags: Mapping[str, str], doubts: list[Doubt]
) -> None:
    """Give people the names that stand in the other column, one each in the same order."""
    texts = [part.strip("()（） ") for part in _parts(own_script or "") if fold(part)]
    if not texts:
        return
    if not drafts:
        drafts.extend(_Draft() for _ in texts)
    if len(texts) != len(drafts):
        doubts.extend(Doubt(Code.OTHER_SCRIPT, text, None, 0.2) for text in texts)
        return
    for draft, text in zip(drafts, texts, strict=True):
        before, bare = split_honorifics(text)
        after, bare = split_honorific_after(bare)
        for honorific in filter(None, (before, after)):
            _note_honorific(draft, honorific, bare)
        tag = tag_of(bare, tags)
        if tag == "en":
            if not draft.latin:
                draft.latin = bare
            elif fold(bare) != fold(draft.latin):
                draft.doubts.append(Doubt(Code.OTHER_SCRIPT, bare, None, 0.3))
        else:
            if fold(earlier := draft.own.get(tag, bare)) != fold(bare):
                draft.doubts.append(Doubt(Code.OTHER_SCRIPT, earlier, bare, 0.5))
            draft.own[tag] = bare


def _with_named(drafts: list[_Draft], doubts: list[Doubt]) -> list[_Draft]:
    """Only those who have a name; what was read without one belongs to the person before."""
    named: list[_Draft] = []
    for draft in drafts:
        if draft.latin or draft.own:
            named.append(draft)
            continue
        doubts.extend(draft.doubts)
        if named:
            named[-1].notes.extend(draft.notes)
            named[-1].honorifics.extend(draft.honorifics)
    return named


def _add_honorific(drafts: list[_Draft], honorific: str | None, doubts: list[Doubt]) -> None:
    """Give people the forms of address that stand in a column of their own."""
    written = one_line(honorific or "")
    if not written:
        return
    several = [part.strip() for part in re.split(r"[/;,&]", written)]
    if len(drafts) == 1:
        drafts[0].honorifics.insert(0, written)
    elif drafts and len(several) == len(drafts):
        for draft, one in zip(drafts, several, strict=True):
            draft.honorifics.insert(0, one)
    else:
        doubts.append(Doubt(Code.HONORIFIC, written, None, 0.3))


def _person(draft: _Draft) -> Person:
    tag = tag_of(draft.latin, {})
    latin = {tag: draft.latin} if draft.latin else {}
    known = dict.fromkeys(h for h in draft.honorifics if h)
    return Person({**latin, **draft.own}, tuple(known), "; ".join(draft.notes) or None)
