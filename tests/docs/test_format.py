"""The page of the file format: its example holds, its schema is that of the readers, its files are made."""

import json
import re
import sys
from itertools import islice
from pathlib import Path

import jsonschema
import pytest

import negotiation as ng
from negotiation.game_theory.certificates.check_certificate import check

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(autouse=True)
def docs_on_the_path(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    yield
    for name in [name for name in sys.modules if name.split(".")[0] in ("format_schema", "machinery")]:
        del sys.modules[name]


def test_the_certificate_by_hand_holds(tmp_path, capsys):
    (example,) = re.findall(r"```json\n(.*?)```", (DOCS / "format" / "index.md").read_text(), re.DOTALL)
    (tmp_path / "hand.json").write_text(example)
    assert check(str(tmp_path / "hand.json")) == 0
    assert capsys.readouterr().out.count(": holds; ") == 3
    assert ng.load(tmp_path / "hand.json").game.stage.players == ("A", "B")
    schema = json.loads((DOCS / "format" / "negotiation.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(json.loads(example))


def test_the_schema_is_that_of_the_readers():
    import format_schema

    assert json.loads(format_schema.TARGET.read_text()) == format_schema.document(), (
        "python docs/format_schema.py"
    )


def test_the_site_offers_certificates_that_hold(tmp_path):
    from machinery import certificates

    rows = certificates.write_all(tmp_path, islice(certificates.readme(), 1))
    assert rows[0][:2] == ("readme-threshold.json", ["threshold", "Nash equilibrium"])
    assert {path.name for path in tmp_path.iterdir()} == {"check_certificate.py", "readme-threshold.json"}
    assert 'href="../certificates/readme-threshold.json"' in certificates.page(rows)


@pytest.mark.long
def test_the_certificates_of_the_catalogue_hold(tmp_path):
    from machinery import certificates

    made = [(name, found) for name, found in certificates.catalogue() if found.claims]
    assert len(made) > 20
    assert [row[0] for row in certificates.write_all(tmp_path, made)] == [f"{name}.json" for name, _ in made]
