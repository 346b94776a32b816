"""Inputs and reads that are no plain files of plain names: links, pipes, devices, other bytes than UTF-8."""

import os
import shutil
import signal
import sys
from hashlib import sha256
from pathlib import Path

import duckdb
import measures
import pytest

from negotiation.errors import BrokenRun, InvalidExperiment, InvalidFile
from negotiation.lab import Experiment, inputs, load_experiment, run, space
from negotiation.lab.inputs import check_inputs, held, inputs_hash, refuse_store_among


@pytest.fixture(autouse=True)
def _no_waiting():
    """End a test that waits for a pipe, whatever it takes errors for."""

    def stop(*_):
        pytest.fail("still reading")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def experiment(measure=measures.plain, **fields):
    return Experiment(slug="odd", question="?", measure=measure, space=space.grid({"x": [1, 2]}), **fields)


# --- what a store names ------------------------------------------------------------------------------------


def test_what_no_loader_can_have_read_is_not_there(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    for name in ("/dev/zero", "/dev/null", str(tmp_path / "pipe"), str(tmp_path), "a\0b", "a\0b/", "\ud800",
                 "\ud800/", "x" * 5000, f"{tmp_path}/pipe/", "<package>/a\0b"):  # fmt: skip
        assert held(name) == "not there", name
    monkeypatch.setattr(inputs, "LARGEST_READ", 3)
    for content, told in (("abc", sha256(b"abc").hexdigest()), ("abcd", "not there")):
        (tmp_path / "file").write_text(content)
        assert held(str(tmp_path / "file")) == told


@pytest.mark.long
@pytest.mark.parametrize("name", ["/dev/zero", "pipe"])
def test_a_store_that_names_no_file_as_read_is_computed_anew(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    assert run(experiment(), store=tmp_path).computed == 2
    with duckdb.connect(str(tmp_path / "odd.duckdb")) as connection:
        connection.execute("INSERT INTO reads SELECT context, ?, 'x' FROM contexts", [name])
    (tmp_path / "odd.parquet").unlink()
    assert run(experiment(), store=tmp_path).computed == 2


# --- folders -----------------------------------------------------------------------------------------------


def test_files_below_a_link_to_a_folder_count(tmp_path, monkeypatch):
    data, far = tmp_path / "data", tmp_path / "far"
    (far / "deep").mkdir(parents=True)
    data.mkdir()
    (data / "link").symlink_to(far)
    found = {inputs_hash([str(data)])}
    for content in ("1", "2"):
        (far / "deep" / "a.csv").write_text(content)
        found.add(inputs_hash([str(data)]))
    assert len(found) == 3
    plain = tmp_path / "plain"
    shutil.copytree(data, plain)  # the link's files in its place
    monkeypatch.chdir(tmp_path)
    names = [name for name, _ in inputs._files("data")]
    assert names == ["link/deep/a.csv"] == [name for name, _ in inputs._files("plain")]


def test_links_in_circles_and_pipes_in_a_folder_end(tmp_path):
    data = tmp_path / "data"
    (data / "deep").mkdir(parents=True)
    (data / "a.csv").write_text("1")
    (data / "deep" / "up").symlink_to(data)
    (data / "itself").symlink_to("itself")
    (data / "gone").symlink_to("no-such-file")
    (data / "zero").symlink_to("/dev/zero")
    (data / "twice").symlink_to(data / "deep")
    os.mkfifo(data / "pipe")
    assert [name for name, _ in inputs._files(str(data))] == ["a.csv"]
    before = inputs_hash([str(data)])
    check_inputs([str(data)], (), before)
    (data / "deep" / "b.csv").write_text("2")
    assert [name for name, _ in inputs._files(str(data))] == ["a.csv", "deep/b.csv", "twice/b.csv"]
    with pytest.raises(BrokenRun):
        check_inputs([str(data)], (), before)


def test_an_input_that_is_a_pipe_or_can_be_no_file_or_cannot_be_read_is_named(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    for path in (str(tmp_path / "pipe"), "/dev/zero", "x" * 5000, "a\0b", "\ud800"):
        with pytest.raises(InvalidFile, match="this input of the experiment does not exist"):
            run(experiment(inputs=[path]), store=tmp_path / "store")
    (tmp_path / "a.csv").write_text("1")

    def refused(file, *_):
        raise PermissionError(13, "Permission denied", str(file))

    monkeypatch.setattr(inputs, "_file_hash", refused)
    with pytest.raises(InvalidFile, match=r"a\.csv: this input .* cannot be read \(Permission denied\)"):
        inputs_hash([str(tmp_path / "a.csv")])


# --- names and values that are not UTF-8 -------------------------------------------------------------------


@pytest.mark.long
def test_names_and_values_need_not_be_utf_8(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "data"
    data.mkdir()
    odd = os.fsdecode(b"\xff.csv")
    (data / odd).write_text("1")
    for fields in ({"inputs": ["data"]}, {"inputs": [f"data/{odd}"]}):
        named = experiment(**fields)
        (data / odd).write_text("1")
        assert [run(named, store=tmp_path / "s").computed for _ in range(2)] == [2, 0]
        (data / odd).write_text("2")
        assert run(named, store=tmp_path / "s").computed == 2
    named, seen = experiment(environment=["MINE"]), []
    for value in (b"\xff", b"\xff", b"\xfe"):
        monkeypatch.setitem(os.environb, b"MINE", value)
        seen.append(run(named, store=tmp_path / "t").computed)
    assert seen == [2, 0, 2]


# --- where the store lies ----------------------------------------------------------------------------------


def test_a_store_among_the_inputs_is_refused_before_anything_is_computed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("data").mkdir()
    Path("far").mkdir()
    Path("data/link").symlink_to(tmp_path / "far")
    Path("data/a.csv").write_text("1")
    refused = r"`inputs` names '{}', but the run would write its store .*Put the store elsewhere"
    for path, store in ((".", None), ("data", "data"), ("data", "data/new/deep"), ("data", "far"),
                        (str(tmp_path), "elsewhere"), ("data", tmp_path / "far" / "one.duckdb")):  # fmt: skip
        with pytest.raises(InvalidExperiment, match=refused.format(path)):
            run(experiment(inputs=["data/a.csv", path]), store=store)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "far"]
    assert run(experiment(inputs=["data", "data/a.csv"]), store="data2").computed == 2
    with pytest.raises(InvalidExperiment):
        refuse_store_among(["data2/odd.duckdb"], Path("data2/odd.duckdb"))
    refuse_store_among(["data2/odd.duckdb"], Path("data2/other.duckdb"))
    refuse_store_among(["gone", "a\0b"], Path("data2/other.duckdb"))


# --- reads from several folders ----------------------------------------------------------------------------


def lengths(folder, monkeypatch, measured, **changes):
    monkeypatch.chdir(folder)
    for name, content in changes.items():
        (folder / f"{name}.toml").write_text(content)
    found = run(measured, store=folder.parent / "store")
    return found.computed, found.column("length").tolist()


FILE = """
import negotiation as ng
from negotiation.base.reading.text import file_text


def measured(cell):
    return {"length": len(file_text("mine.toml")) * cell["x"]}


experiment = ng.Experiment(slug="moved", question="?", measure=measured, space=ng.space.grid({"x": [1, 2]}))
"""


def test_results_move_with_a_folder_in_which_the_code_lies_too(tmp_path, monkeypatch):
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    (one / "moved.py").write_text(FILE)
    assert lengths(one, monkeypatch, load_experiment(one / "moved.py"), mine="#") == (2, [1, 2])
    one.rename(two)
    for name in [name for name in sys.modules if "experiment_moved" in name]:
        del sys.modules[name]
    assert lengths(two, monkeypatch, load_experiment(two / "moved.py")) == (0, [1, 2])
