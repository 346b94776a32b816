"""The explorer: its answers are those of the package, and its folder works from disk in a real browser."""

import hashlib
import json
import random
import shutil
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from websockets.sync.client import connect

import negotiation as ng
from negotiation.agents import match
from negotiation.errors import InvalidOptions
from negotiation.lab import Cell
from negotiation.report.commands import explore
from negotiation.report.explorer.setting import HARM, PATIENCE, Setting, measures
from paper.machinery.parts import load_module
from tests.command import called

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MOST_SECONDS = 240
LEGS = ("tariff", "control", "other")


@cache
def program():
    return load_module(ROOT / "experiments" / "look.py")


def machinery(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    from machinery import look

    return look


def test_a_position_of_sliders_is_a_world_of_the_package():
    # As `ng.verdict` does for a name: Busan's window is open, so the last day of the record counts.
    world = ng.load_scenario("us-china-2025", as_of="2026-10-10")
    named = ng.verdict("2025-10-busan", theories=["each for itself"])
    assert [row.margin for row in Setting(theory="each for itself").verdicts] == [row.margin for row in named]
    changed = world.with_parameters(
        {HARM: 0.3, PATIENCE: 0.95}
        | {
            name: 2 * x
            for name, x in world.parameters.items()
            if name.endswith(("security_value", "security_ratio"))
        }
    )
    setting = Setting(harm=0.3, patience=0.95, security=2.0, theory="each for itself")
    expected = ng.verdict("2025-10-busan", changed, theories=["each for itself"])
    assert [(row.leg, row.margin) for row in setting.verdicts] == [(row.leg, row.margin) for row in expected]


def alone(cell):
    """Return what the page shows of a setting that is asked by itself."""
    rows = program().setting(cell).verdicts
    return {name: value for row in rows for name, value in measures(row).items()}


@pytest.mark.long
def test_settings_that_are_solved_together_have_the_verdicts_of_each_alone():
    every = [*program().experiment.space.cells()]
    drawn = random.Random(0).sample(every, 6)  # noqa: S311
    cells = [Cell(values) for values in drawn]
    for cell, together in zip(cells, program().verdicts(cells), strict=True):
        assert together == alone(cell), cell


@pytest.mark.long
def test_stored_answers_are_those_of_the_package(monkeypatch):
    look = machinery(monkeypatch)
    draw = random.Random(1)  # noqa: S311
    for truce, place in look.TRUCES.items():
        for row in draw.sample(look.plain(look.table(f"look_{place}")), 11):
            cell = Cell({"truce": truce} | {name: row[name] for name in look.AXES})
            assert {name: row[name] for name in row if name.startswith(LEGS)} == alone(cell), cell
    asked = look.table("look_asks")
    stored = [*asked[asked["kind"] == "leg"].groupby("move", sort=True)]
    for move, rows in draw.sample(stored, 12):
        fresh = [(row.theory, row.word, float(f"{row.margin:.3e}")) for row in ng.ask(move, draws=0).legs]
        assert [*zip(rows["theory"], rows["word"], rows["margin"], strict=True)] == fresh, move
    plays = look.plays()
    for name in draw.sample(sorted(plays), 5):
        play, (truce, by, side) = plays[name], (name.split(" ")[0], name[14:-4].strip(), name[-3:])
        theory = None if by == "text" else by
        seat = match(truce, side, theory=theory, size="core" if theory else None).facing
        states = draw.choices(range(len(seat.states)), k=3)
        rows = [{"play": 0, "state": seat.states[s], "action": draw.choice(seat.actions[s])} for s in states]
        lost = sum(
            play["delta"] ** t * play["states"][s]["forgone"][play["actions"].index(row["action"])]
            for t, (s, row) in enumerate(zip(states, rows, strict=True))
        )
        assert lost == pytest.approx(ng.regret(rows, seat).value * seat.usd_bn, rel=1e-3, abs=1e-6)


@pytest.mark.long
def test_a_dispute_without_the_parameters_is_refused():
    with pytest.raises(InvalidOptions, match="2024-10-vientiane belongs to a dispute without"):
        explore.opened("2024-10-vientiane")


def waited(ask, what):
    """Return what a question comes to when it is no longer false."""
    end = time.monotonic() + MOST_SECONDS
    while time.monotonic() < end:
        try:
            answer = ask()
        except OSError:
            answer = None
        if answer:
            return answer
        time.sleep(0.3)
    raise AssertionError(f"waited {MOST_SECONDS} s for {what}")


class Tab:
    """A tab of a browser, by its debugging protocol."""

    def __init__(self, socket):
        self.socket, self.number, self.events = socket, 0, []
        for part in ("Runtime", "Log", "Network", "Page"):
            self.call(f"{part}.enable")

    def call(self, method, **parameters):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self.socket.recv(timeout=60))
            if answer.get("id") == self.number:
                return answer["result"]
            self.events.append(answer)

    def script(self, text):
        return self.call("Runtime.evaluate", expression=text, returnByValue=True)["result"].get("value")

    def shown(self, text, what):
        return waited(lambda: self.script(text), what)

    def press(self, key, code):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def errors(self):
        """Return what the console calls an error, exceptions of scripts, and requests that leave the disk."""
        for event in self.events:
            said = event.get("params", {})
            kind = {
                "Runtime.exceptionThrown": "error",
                "Log.entryAdded": said.get("entry", {}).get("level"),
                "Runtime.consoleAPICalled": said.get("type"),
            }.get(event.get("method"))
            address = said.get("request", {}).get("url", "file:")
            if kind == "error" or not address.startswith(("file:", "data:", "blob:", "memory:")):
                yield said


@contextmanager
def tab_of(folder):
    """Open a browser without a network, and yield its first tab."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    call = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder}",
        f"--remote-debugging-port={port}", "about:blank",
    ]  # fmt: skip
    process = subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def tabs():
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
            return [tab for tab in json.load(answer) if tab["type"] == "page"]

    try:
        with connect(waited(tabs, "the browser")[0]["webSocketDebuggerUrl"], max_size=None) as link:
            yield Tab(link)
    finally:
        process.kill()
        process.wait()


TEXT = "document.getElementById('{}')?.textContent"


def presses(label):
    return f"[...document.querySelectorAll('button')].find(one => one.textContent === '{label}').click()"


def hashes(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.long
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")
def test_from_disk_five_paths_work_in_a_browser_without_a_network(tmp_path, monkeypatch):
    look = machinery(monkeypatch)
    folder, again = tmp_path / "look", tmp_path / "again"
    decides = look.write_look(folder)
    look.write_look(again)
    assert hashes(folder) == hashes(again)
    archive = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", folder))
    assert archive.stat().st_size < 12_000_000
    page = (folder / "index.html").as_uri()
    with tab_of(tmp_path / "profile") as tab:
        tab.call(
            "Page.navigate", url=f"{page}#sliders?truce=2025-05-geneva&security=2.1&theory=custom+in+kind"
        )
        assert "Geneva" in tab.shown(TEXT.format("answer"), "an answer")
        assert "security=2&theory=custom+in+kind" in tab.script("location.hash")
        before = tab.script("location.hash")
        tab.script("document.getElementById('patience').focus()")
        tab.press("ArrowLeft", 37)
        assert tab.shown(f"location.hash !== {json.dumps(before)}", "a slider that moves by keys")
        tab.script("location.hash = '#ask?move=USA+tariff+60'")
        assert tab.shown(
            "document.querySelector('#main p.answer')?.textContent.includes('60 percent')", "a move"
        )
        tab.script("location.hash = '#truces?words=zte'")
        assert tab.shown("document.querySelectorAll('#main tbody tr').length > 0", "truces")
        tab.script("location.hash = '#play?seed=3'")
        tab.shown("document.getElementById('go') !== null", "a round")
        tab.script("for (let k = 0; k < 12; k++) document.getElementById('go').click()")
        assert "gave away" in tab.shown(TEXT.format("regret"), "the regret")
        if decides:
            tab.script("location.hash = '#check'")
            for label, status in (
                ("Try an example", "Every claim holds."),
                ("Try a wrong one", "does not hold"),
            ):
                tab.shown(f"!!document.getElementById('drop') && ({presses(label)}, true)", label)
                assert status in tab.shown(TEXT.format("decided"), label)
        assert not [*tab.errors()]


@pytest.mark.long
def test_a_page_of_ones_own_text_is_written(tmp_path):
    done = called("explore", "busan", "--quiet", "--no-browser", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    data = json.loads((tmp_path / "data.js").read_text()[len("const LOOK = ") : -2])
    (answers,) = data["settings"].values()
    k = 0
    for axis, values in answers["axes"].items():
        k = k * len(values) + answers["first"][axis]
    centre = ng.verdict("2025-10-busan", theories=["moment"])
    own = answers["words"][3 * k : 3 * k + 3]
    assert own == "".join(row.word[0] for row in centre)
