"""Disputes as dicts, to be changed: more countries, other names, another order."""

import csv
import json
import tomllib

from negotiation.disputes.files.folder import scenario_folder

THREE = "us-china-netherlands-2023"

NUMBERS = ("gdp_usd_bn", "usd_bn", "percent", "low", "high")


def folder_values(folder):
    """Return the files of a folder as the dict that `load_scenario` takes in its place."""

    def read(path):
        return tomllib.loads(path.read_text("utf-8"))

    found = {path.stem: read(path) for path in sorted(folder.glob("*.toml"))}
    for kind in ("countries", "instruments", "calibrations"):
        found[kind] = {path.stem: read(path) for path in sorted((folder / kind).glob("*.toml"))}
    if (folder / "trade").is_dir():
        found["trade"] = {path.stem: rows(path) for path in sorted((folder / "trade").glob("*.csv"))}
    return found


def rows(path):
    """Return the rows of a file of the trade table, numbers as numbers."""

    def value(key, text):
        return int(text) if key == "year" else float(text) if key in NUMBERS else text

    with path.open(encoding="utf-8", newline="") as file:
        return [{key: value(key, text) for key, text in row.items() if text} for row in csv.DictReader(file)]


def dispute(name):
    """Return what `load_scenario` takes in place of the folder of a dispute."""
    return folder_values(scenario_folder(name))


def with_a_bystander(name, code):
    """Return a dispute of two with a third country that holds nothing and that nothing concerns."""
    found = dispute(name)
    first, second = found["scenario"]["countries"]
    found["scenario"]["countries"] = [first, second, code]
    gdp = {"value": 2.0, "low": 1.0, "high": 3.0, "unit": "USD bn a year", "date": "2020", "assumption": True}
    found["countries"][code.lower()] = {"iso3": code, "name": "A third", "facts": {"gdp": gdp}}
    other = {first: second, second: first}
    for one in found["instruments"].values():
        one["targets"] = {holder: other[holder] for holder in one["levels"]}
    return found


def renamed(found, code, new):
    """Return a dispute with another code for a country, wherever it stands."""
    text = json.dumps(found, default=str).replace(code, new)
    text = text.replace(f'"{code.lower()}"', f'"{new.lower()}"')
    return json.loads(text)
