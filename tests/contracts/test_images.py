"""Every image of the pages has its maker, and every image that a page shows is there."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
SHOWN = re.compile(r"!\[[^\]]*\]\(([^)\s]+\.png)\)|<img[^>]*src=\"([^\"]+\.png)\"|:image: ([^\s]+\.png)")


def makers():
    """Return the module that draws them."""
    found = importlib.util.spec_from_file_location("images_of_the_pages", ROOT / "docs" / "images.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def shown(page, text):
    """Return the images that a page shows, as paths."""
    named = (next(filter(None, match)) for match in SHOWN.findall(text))
    return [(page.parent / name).resolve() for name in named if not name.startswith("http")]


def pages():
    return [ROOT / "README.md", *(path for path in ROOT.glob("docs/**/*.md") if "_build" not in path.parts)]


def test_every_image_has_one_maker():
    module = makers()
    assert not set(module.DRAWN) & set(module.COMMANDS)
    assert {path.stem for path in IMAGES.glob("*")} == {*module.DRAWN, *module.COMMANDS}
    assert set(module.LONG) < {*module.DRAWN, *module.COMMANDS}


def test_the_programs_that_draw_are_there_and_name_their_image():
    for name, (program, *_) in makers().COMMANDS.items():
        assert f"{name}.png" in (ROOT / program).read_text()


def test_every_image_that_a_page_shows_is_there():
    found = {path: page for page in pages() for path in shown(page, page.read_text(encoding="utf-8"))}
    assert len(found) >= 10
    gone = {str(path): page.name for path, page in found.items() if not path.exists()}
    assert gone == {}


def test_every_image_is_shown():
    found = {path for page in pages() for path in shown(page, page.read_text(encoding="utf-8"))}
    assert {path.name for path in IMAGES.glob("*.png")} <= {path.name for path in found}


def test_an_image_that_a_page_shows_is_found():
    page = ROOT / "docs" / "page.md"
    (path,) = shown(page, "![a word](images/none.png) and ![far](https://example.org/a.png)")
    assert path == IMAGES / "none.png"
    assert not path.exists()


@pytest.mark.long
@pytest.mark.parametrize("name", ["none", "levels.png"])
def test_an_image_without_a_maker_is_refused_with_what_there_is(name):
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "images.py"), name], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert f"no image is called {name}; there are levels, " in done.stderr
