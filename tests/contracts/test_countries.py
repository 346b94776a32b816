import pytest

from negotiation.reading.models import load_toml
from negotiation.reading.names import names_in
from negotiation.world import loading
from negotiation.world.calibration import Country
from negotiation.world.domains import domain_faults

FOLDER = loading.HERE / "countries"
COUNTRIES = {name: load_toml(FOLDER / f"{name}.toml", Country) for name in names_in(FOLDER)}
FACTS = [
    pytest.param(quantity, id=f"{name}-{fact}")
    for name, country in COUNTRIES.items()
    for fact, quantity in country.facts.items()
]


def test_every_file_is_found():
    assert set(COUNTRIES) == {path.stem for path in FOLDER.iterdir()}
    assert {"usa", "chn"} <= set(COUNTRIES)


@pytest.mark.parametrize("name", COUNTRIES)
def test_a_country_has_the_name_of_its_file(name):
    assert COUNTRIES[name].iso3 == name.upper()
    assert len({country.name for country in COUNTRIES.values()}) == len(COUNTRIES)


@pytest.mark.parametrize("name", COUNTRIES)
def test_facts_lie_where_the_equations_make_sense(name):
    facts = {f"{COUNTRIES[name].iso3}.{fact}": quantity for fact, quantity in COUNTRIES[name].facts.items()}
    assert list(domain_faults(facts)) == []
    assert COUNTRIES[name].facts["gdp"].low > COUNTRIES[name].facts["imports"].high


@pytest.mark.parametrize("quantity", FACTS)
def test_a_fact_has_a_source_a_date_and_a_range(quantity):
    assert quantity.source or (quantity.assumption and quantity.note)
    assert quantity.low < quantity.high
    assert quantity.low <= quantity.value <= quantity.high
    assert not quantity.date.never_applied
    assert quantity.unit
    assert not quantity.source_url or quantity.source_url.startswith("http")
