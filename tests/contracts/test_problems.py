"""Every error of the code has a page, and every page an error."""

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import directory
from directory.errors import DirectoryError
from directory.web.documentation import ProblemPage, read_problems, with_code
from directory.web.problems import STATUSES

TEXT = (Path(__file__).resolve().parents[2] / "docs/problems.md").read_text("utf-8")
PAGES = read_problems(TEXT)


def errors() -> list[type[DirectoryError]]:
    for module in pkgutil.walk_packages(directory.__path__, "directory."):
        importlib.import_module(module.name)
    return list(_with_subclasses(DirectoryError))


def _with_subclasses(error: type[DirectoryError]) -> Iterator[type[DirectoryError]]:
    yield error
    for below in error.__subclasses__():
        if below.__module__.startswith("directory."):
            yield from _with_subclasses(below)


def test_every_error_names_itself() -> None:
    nameless = [e.__name__ for e in errors() if not {"slug", "title"} <= vars(e).keys()]
    assert nameless == []


def test_no_two_errors_share_a_slug() -> None:
    counted = Counter(error.slug for error in errors())
    assert [slug for slug, times in counted.items() if times > 1] == []


def test_every_error_has_a_page_and_every_page_an_error() -> None:
    assert set(PAGES) == {error.slug for error in errors()}
    assert len(PAGES) == TEXT.count("\n## ")


@pytest.mark.parametrize("error", errors(), ids=lambda error: error.slug)
def test_a_page_says_what_its_error_says(error: type[DirectoryError]) -> None:
    page = PAGES[error.slug]
    status = next(STATUSES[base] for base in error.__mro__ if base in STATUSES)
    assert page.title == error.title
    assert page.arises in {str(status), "command line"}


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.slug)
def test_a_page_says_what_it_means_and_what_to_do(page: ProblemPage) -> None:
    assert len(page.paragraphs) >= 2


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.slug)
def test_a_page_keeps_to_paragraphs_and_code(page: ProblemPage) -> None:
    for paragraph in page.paragraphs:
        assert paragraph.count("`") % 2 == 0
        outside = re.sub(r"`[^`]*`", "", paragraph)
        assert re.search(r"[*_<>\[\]#]|^[-\d]", outside) is None, outside


def test_what_stands_in_a_page_is_escaped() -> None:
    assert with_code("a <b> `<i>`") == "a &lt;b&gt; <code>&lt;i&gt;</code>"


def test_a_page_without_its_title_is_refused() -> None:
    with pytest.raises(ValueError, match="a-slug: the first line must be like"):
        read_problems("## a-slug\n\nNo title here.\n")
