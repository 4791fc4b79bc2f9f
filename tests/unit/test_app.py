"""The application as it is put together, before anything is asked of it."""

from pathlib import Path
from uuid import UUID

import pytest
from werkzeug.routing import BuildError

from directory.app import create_app
from directory.settings import OFF, Anonymous, Limits, Mode, Settings

CONTACT = UUID("00000000-0000-5000-8000-000000000000")


def test_a_route_writes_its_address_once_it_is_asked_to(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'none.db'}"
    limits = Limits(OFF, OFF, OFF)
    app = create_app(Settings(Mode.DEVELOPMENT, url, tmp_path, Anonymous.CLEAR, limits))
    routes = app.url_map.bind("directory.example")
    (contact,) = (
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule == "/api/v1/contacts/<uuid:contact_id>" and "GET" in (rule.methods or ())
    )
    for _ in range(2):
        plain = routes.build(contact, {"contact_id": CONTACT})
        assert plain == f"/api/v1/contacts/{CONTACT}"
        longer = routes.build(contact, {"contact_id": CONTACT, "as_of": "2026-11-20"})
        assert longer == f"{plain}?as_of=2026-11-20"
        assert routes.build("openapi") == "/api/v1/openapi.json"
    with pytest.raises(BuildError):
        routes.build(contact)
