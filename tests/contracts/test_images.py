"""Every image of the pages has its maker, and every image that a page shows is there."""

import importlib.util
import re
from pathlib import Path

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


def test_every_image_that_a_page_shows_is_there():
    found = {path: page for page in pages() for path in shown(page, page.read_text(encoding="utf-8"))}
    assert len(found) >= 10
    gone = {str(path): page.name for path, page in found.items() if not path.exists()}
    assert gone == {}


def test_every_image_is_shown():
    found = {path for page in pages() for path in shown(page, page.read_text(encoding="utf-8"))}
    assert {path.name for path in IMAGES.glob("*.png")} <= {path.name for path in found}
