"""The explorer: its answers are those of the package, and in a real browser a slider moves them."""

import base64
import json
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

import negotiation as ng
from negotiation.errors import InvalidOptions
from negotiation.report.commands import explore
from negotiation.report.explorer.setting import HAWKS, PATIENCE, Setting
from negotiation.text_design.anatomy import anatomy

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MOST_SECONDS = 240
KEPT_BESIDE = "/@file/"
"""In addresses of what marimo keeps beside a page while a cell stands."""
FIND_SLIDERS = """(() => {
    const found = [];
    const walk = root => root.querySelectorAll("*").forEach(one => {
        if (one.getAttribute("role") === "slider") found.push(one);
        if (one.shadowRoot) walk(one.shadowRoot);
    });
    walk(document);
    window.sliders = found;
    return found.length;
})()"""
FIND_TABLE = """(() => {
    let text = "";
    const walk = root => root.querySelectorAll("*").forEach(one => {
        if (one.tagName === "TABLE") text += one.innerText;
        if (one.shadowRoot) walk(one.shadowRoot);
    });
    walk(document);
    return text;
})()"""


def test_answers_are_those_of_the_package():
    world = ng.load_scenario("us-china-2025")
    changed = world.with_parameters(
        {HAWKS: 0.3, PATIENCE: 0.95}
        | {name: 2 * x for name, x in world.parameters.items() if name.endswith(("security_value", "security_ratio"))}
    )
    setting = Setting(hawks=0.3, patience=0.95, security=2.0, theory="each for itself")
    expected = ng.verdict("2025-10-busan", changed, theories=["each for itself"])
    assert [(row.leg, row.margin) for row in setting.verdicts] == [(row.leg, row.margin) for row in expected]
    assert setting.scenario.discount_factor == changed.discount_factor
    lives = ng.truce("2025-10-busan").survival(changed, setting.state)
    assert {found.leg: found.mean_days for found in setting.lifetimes} == {
        leg: lives.find("broken off", leg, "all_or_nothing").mean_days for leg in lives.legs
    }


def test_a_better_text_is_that_of_the_package_and_opens_again(tmp_path):
    setting = Setting("2025-05-geneva", bound="USA visa", theory="repeated negotiation", dependence=1)
    options = {"theories": ["repeated negotiation"], "draws": 16, "size": "core", "state": setting.state}
    asked = anatomy(setting.text, **options)
    assert setting.anatomy.table().rows == asked.table().rows
    assert asked.answer in setting.improved
    assert setting.nearest.share == anatomy(setting.nearest.agreement, **options).whole.share
    path = tmp_path / "better.toml"
    path.write_text(setting.nearest.agreement.to_toml(), encoding="utf-8")
    again = Setting(explore.opened(str(path)), theory="repeated negotiation", dependence=1)
    assert (again.nearest.share, again.nearest.changes) == (setting.nearest.share, ())
    with pytest.raises(InvalidOptions, match="no sliders for 2024-10-vientiane"):
        explore.opened("2024-10-vientiane")


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def waited(ask, what):
    """Return what a question comes to when it is no longer false."""
    end = time.monotonic() + MOST_SECONDS
    while time.monotonic() < end:
        try:
            found = ask()
        except OSError:
            found = None
        if found:
            return found
        time.sleep(0.5)
    raise AssertionError(f"waited {MOST_SECONDS} s for {what}")


@contextmanager
def running(*command):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def first_tab(port):
    """Return the address at which the browser's first tab is spoken to."""

    def tabs():
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
            return [tab for tab in json.load(answer) if tab["type"] == "page"]

    return waited(tabs, "the browser")[0]["webSocketDebuggerUrl"]


class Tab:
    """A tab of a browser, by its debugging protocol."""

    def __init__(self, socket):
        self.socket, self.number, self.events = socket, 0, []

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

    def press(self, key, code):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def errors(self):
        """Return what the console calls an error, and exceptions of scripts."""
        for event in self.events:
            said = event["params"]
            kind = {
                "Runtime.exceptionThrown": "error",
                "Log.entryAdded": said.get("entry", {}).get("level"),
                "Runtime.consoleAPICalled": said.get("type"),
            }.get(event["method"])
            if kind == "error":
                yield said


def addresses(tab):
    """Return what the page asked the server for."""
    return [
        event["params"]["request"]["url"]
        for event in tab.events
        if event["method"] == "Network.requestWillBeSent"
    ]


def table_with(tab, word):
    """Return the text of the tables on the page if the word is in it, and else nothing."""
    text = tab.script(FIND_TABLE) or ""
    return text if word in text else ""


def explored(folder, connect):
    """Load the explorer in a browser, move a slider, and return the errors of the console."""
    port, debugging = free_port(), free_port()
    serving = [sys.executable, "-m", "negotiation", "explore", "--no-browser", "--port", str(port)]
    browser = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        f"--user-data-dir={folder}", f"--remote-debugging-port={debugging}", "--window-size=1100,1600",
        "about:blank",
    ]  # fmt: skip
    with running(*serving) as server, running(*browser):
        page = waited(lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}").read(), "the explorer")
        # Where the package lies is often below a folder with a user's name.
        assert str(Path(ng.__file__).parent).encode() not in page
        with connect(first_tab(debugging), max_size=None) as socket:
            tab = Tab(socket)
            for part in ("Runtime", "Log", "Network", "Page"):
                tab.call(f"{part}.enable")
            tab.call("Page.navigate", url=f"http://127.0.0.1:{port}")
            first = waited(lambda: table_with(tab, "control"), "a verdict")
            assert tab.script(FIND_SLIDERS) == 4
            tab.script("window.sliders[1].focus()")  # the weight of hawks
            for _ in range(5):
                tab.press("ArrowLeft", 37)
            moved = waited(lambda: {table_with(tab, "control")} - {first, ""}, "a change")
            picture = base64.b64decode(tab.call("Page.captureScreenshot")["data"])
            (folder / "explorer.png").write_bytes(picture)
            assert len(moved) == 1
            asked = addresses(tab)
            assert asked
            # Such a file is gone when its cell has run again; asked for then, its answer breaks off.
            assert not [one for one in asked if KEPT_BESIDE in one]
            errors = [*tab.errors()]
            server.send_signal(signal.SIGINT)
            assert server.wait(20) == 0  # once is enough, also with a tab open
            return errors


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")
def test_in_a_browser_it_loads_and_a_slider_moves_a_number(tmp_path):
    pytest.importorskip("marimo")
    connect = pytest.importorskip("websockets.sync.client").connect
    errors = explored(tmp_path, connect)
    assert not errors, json.dumps(errors, indent=1)
