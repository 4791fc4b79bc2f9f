"""The JSON Schemas for clients are those of the kinds, and what is held has their shape."""

from pathlib import Path

import jsonschema_rs
import orjson
from sqlalchemy import select

from directory.registry import KINDS
from tests.api.service import Service

COMMITTED = Path(__file__).resolve().parents[2] / "docs/schemas"


def test_the_committed_schemas_are_the_generated_ones(service: Service, tmp_path: Path) -> None:
    # Where they are not: flask --app wsgi openapi --schemas docs/schemas
    done = service.app.test_cli_runner().invoke(args=["openapi", "--schemas", str(tmp_path)])
    assert done.exit_code == 0, done.output
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in COMMITTED.iterdir()}


def test_everything_that_is_held_has_the_shape_of_its_schema(service: Service) -> None:
    seen = 0
    with service.database.reading() as connection:
        for kind in KINDS:
            schema = orjson.loads((COMMITTED / f"{kind.name}.json").read_bytes())
            validator = jsonschema_rs.validator_for(schema)
            for text in connection.scalars(select(kind.table.c.document)):
                assert list(validator.iter_errors(orjson.loads(text))) == [], text
                seen += 1
    assert seen > 500


def test_a_key_that_is_missing_or_a_wrong_value_would_be_found(service: Service) -> None:
    schema = orjson.loads((COMMITTED / "channel.json").read_bytes())
    validator = jsonschema_rs.validator_for(schema)
    with service.database.reading() as connection:
        text = connection.scalars(select(KINDS["channel"].table.c.document)).first()
    record = orjson.loads(str(text))
    assert not validator.is_valid({key: record[key] for key in record if key != "raw"})
    assert not validator.is_valid(record | {"marking": "PURPLE"})
    assert validator.is_valid(record | {"a key of a later version": 1})
