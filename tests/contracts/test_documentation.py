"""What is written for people is whole and true to the code."""

import re
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import click
import pytest

from config import VARIABLES
from directory.changes.schemas import RecordSchema
from directory.meetings.lists.rules.findings import Code
from directory.registry import KINDS
from tests.api.service import Service

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "seed").rglob("*.md")])
BROUGHT_BY_FLASK = {"run", "shell", "routes"}
HTML = ["/docs", "/problems", "/problems/bad-query"]


def commands(group: click.Group, *names: str) -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, *names, name)
        else:
            yield " ".join((*names, name))


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}


class Page(HTMLParser):
    """The tags of a page, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)

    def values(self, *attributes: str) -> list[str]:
        return [told[a] or "" for _, told in self.tags for a in attributes if a in told]


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_the_readme_names_every_setting(name: str) -> None:
    assert f"| `{name}` |" in (ROOT / "README.md").read_text("utf-8")


def test_the_readme_names_every_command(service: Service) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    known = set(commands(service.app.cli)) - BROUGHT_BY_FLASK
    assert len(known) > 10
    assert {name for name in known if not re.search(rf"`{name}[ `]", readme)} == set()


@pytest.mark.parametrize(
    ("page", "line"),
    [
        (page.name, line)
        for page in PAGES
        for line in re.findall(
            r"^    .*flask --app wsgi ((?:[a-z-]+ ?)+.*)$", page.read_text("utf-8"), re.MULTILINE
        )
    ],
)
def test_a_command_that_is_written_out_is_understood(
    service: Service, page: str, line: str
) -> None:
    words = re.split(r"\s+", re.split(r"\s#|\s\||\)| >", line)[0].strip())
    command: click.Command | None = service.app.cli
    while isinstance(command, click.Group):
        command = command.get_command(click.Context(command), words.pop(0))
    assert command is not None, f"{page} has no command in: {line}"
    known = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
    given = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert given - known == set(), f"{page} has: {line}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_to_files_lead_somewhere(path: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text("utf-8")):
        if re.match(r"\w+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text("utf-8")), link


def test_every_doubt_about_a_list_is_explained() -> None:
    text = (ROOT / "docs/lists.md").read_text("utf-8")
    assert [code for code in Code if f"| `{code}` |" not in text] == []


def test_decisions_are_numbered_and_say_what_they_must() -> None:
    pages = sorted((ROOT / "docs/adr").glob("*.md"))
    for number, page in enumerate(pages, start=1):
        text = page.read_text("utf-8")
        assert page.name.startswith(f"{number:04}-")
        assert text.startswith(f"# {number:04}. ")
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
            "Context",
            "Decision",
            "Consequences",
        ]


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_the_data_model_names_every_field(kind: str) -> None:
    text = (ROOT / "docs/data-model.md").read_text("utf-8")
    (row,) = re.findall(rf"^\| {kind} \| (`.*)$", text, re.MULTILINE)
    keys, fixed, _ = row.split("|", 2)
    named = set(re.findall(r"\w+", re.sub(r"\{[^}]+\}|\[\{.*?\}\]", "", keys)))
    shape = _own_keys(kind)
    assert shape - named == set()
    assert named - shape == set()
    assert set(re.findall(r"\w+", fixed)) == set(KINDS[kind].fixed)


def test_the_data_model_names_every_reference() -> None:
    text = (ROOT / "docs/data-model.md").read_text("utf-8")
    words = {"refuse": "refused", "cascade": "goes too", "keep": "stays"}
    rows = [
        f"| {kind} | {r.target} (`{r.field}`) | {r.key} | {words[r.on_retire]} |"
        for kind, references in [
            *((kind.name, kind.references) for kind in KINDS),
            ("every record", KINDS.shared_references),
        ]
        for r in references
    ]
    assert [row for row in rows if row not in text] == []


def test_the_data_model_names_every_table() -> None:
    text = (ROOT / "docs/data-model.md").read_text("utf-8")
    tables = {table.name for kind in KINDS for table in kind.derived}
    assert {name for name in tables if f"`{name}`" not in text} == set()


@pytest.mark.parametrize("path", HTML)
def test_a_page_needs_nothing_from_elsewhere(service: Service, path: str) -> None:
    response = service.ask(f"/{path}")
    page = Page(response.get_data(as_text=True))
    assert not {"script", "iframe", "img", "object", "style"} & {tag for tag, _ in page.tags}
    assert [link for link in page.values("href", "src") if link[0] not in "/#"] == []
    assert [link for link in page.values("href", "src") if link.startswith("//")] == []
    assert page.values("style", "onclick") == []
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self';")
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", HTML)
def test_a_page_can_be_read_by_everybody(service: Service, path: str) -> None:
    page = Page(service.ask(f"/{path}").get_data(as_text=True))
    assert page.tags[0] == ("html", {"lang": "en"})
    assert page.count("title") == page.count("h1") == page.count("main") == 1
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    referred = [
        *page.values("aria-labelledby"),
        *(h[1:] for h in page.values("href") if h[0] == "#"),
    ]
    assert [name for name in referred if name not in ids] == []
    assert page.count("table") == page.count("caption")
    assert [told for tag, told in page.tags if tag == "th" and "scope" not in told] == []
    for link in page.values("href"):
        if link[0] == "/":
            with closing(service.ask(f"/{link}")) as linked:
                assert linked.status_code == 200, link


def test_the_examples_of_the_page_ask_the_host_it_was_read_at(service: Service) -> None:
    client = service.app.test_client()
    text = client.get("/docs", base_url="http://directory.example:8000").get_data(as_text=True)
    assert "curl -sS http://directory.example:8000/api/v1/economies" in text
    assert "localhost" not in text


def test_the_start_leads_to_the_documentation(service: Service) -> None:
    response = service.ask("//")
    assert (response.status_code, response.headers["Location"]) == (303, "/docs")


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("*/*", "text/html; charset=utf-8"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("text/markdown", "text/markdown; charset=utf-8"),
    ],
)
def test_a_problems_page_comes_in_the_form_asked_for(
    service: Service, accept: str, media_type: str
) -> None:
    response = service.ask("//problems/bad-query", accept=accept)
    assert response.content_type == media_type
    assert "Accept" in response.headers["Vary"]
    assert "A parameter is unknown" in response.get_data(as_text=True)


def _own_keys(kind: str) -> set[str]:
    schemas = {
        schema.__name__: schema
        for schema in _below(RecordSchema)
        if schema.__module__.startswith("directory.")
    }
    fields = schemas[f"{kind.capitalize()}Schema"]().fields
    return set(fields) - set(RecordSchema().fields)


def _below(schema: type[RecordSchema]) -> Iterator[type[RecordSchema]]:
    for subclass in schema.__subclasses__():
        yield subclass
        yield from _below(subclass)
