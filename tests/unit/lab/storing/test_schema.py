"""What the check of a store's tables says first, and what older versions of DuckDB do not know."""

import duckdb
import pytest

from negotiation.lab.storing.opening import FORMAT, SCHEMA, other_format, strange_content


@pytest.fixture
def connection():
    """Give an empty store in memory."""
    with duckdb.connect() as made:
        made.execute(SCHEMA)
        yield made


def test_of_several_strange_things_the_first_by_kind_and_name_is_told(connection):
    assert strange_content(connection) is None
    for statement, words in (
        ("DROP TABLE runs", "it lacks the table runs of a store"),
        ("DROP TABLE batches", "it lacks the table batches of a store"),
        ("CREATE VIEW a AS SELECT 1", "it holds the view main.a, which no store has"),
        ("CREATE TABLE z (x INTEGER)", "it holds the table main.z, which no store has"),
        ("CREATE TABLE y (x INTEGER)", "it holds the table main.y, which no store has"),
        ("CREATE SCHEMA b", "it holds the schema b.b, which no store has"),
        ("CREATE MACRO m(x) AS 1", "it holds the function main.m, which no store has"),
    ):
        connection.execute(statement)
        assert strange_content(connection) == words


def test_a_store_of_another_format_is_told_by_it_before_its_tables_are(connection):
    connection.execute("INSERT INTO meta VALUES ('format', '3'), ('other', '7')")
    assert (FORMAT, other_format(connection)) == ("3", None)
    connection.execute("DROP TABLE runs")
    assert strange_content(connection) == "it lacks the table runs of a store"
    connection.execute("UPDATE meta SET value = '2' WHERE name = 'format'")
    told = "its format is '2', not '3': another version of the package wrote it"
    assert other_format(connection) == strange_content(connection) == told
    connection.execute("DELETE FROM meta WHERE name = 'format'")
    assert other_format(connection) is None
    connection.execute("ALTER TABLE meta RENAME value TO another")
    assert other_format(connection) is None
