"""Links of pages to files beside `docs/`: they lead to the page of the site that shows the file."""

import posixpath
import re

from sphinx.application import Sphinx

SHOWN = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md", "README.md": "index.md"}
"""The page that shows a file of the project's top."""
LINK = re.compile(r"\]\((?P<path>(?:\.\./)+[\w./-]+)(?P<part>#[\w-]+)?\)")


def led_inside(text: str, page: str) -> str:
    """Return the text of a page with links out of `docs/` turned to pages of the site."""
    # A page is named from `docs/` on, without its ending.
    folder = posixpath.dirname(page)

    def turned(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join("docs", folder, found["path"]))
        if target.startswith("docs/"):
            return found[0]
        if target not in SHOWN:
            # A link to a file that no page shows would lead nowhere.
            return f"] (`{target}`)"
        inside = posixpath.relpath(SHOWN[target], folder or ".")
        return f"]({inside}{found['part'] or ''})"

    return LINK.sub(turned, text)


def _on_read(_app: Sphinx, page: str, source: list[str]) -> None:
    source[0] = led_inside(source[0], page)


def setup(app: Sphinx) -> dict[str, bool]:
    """Turn the links of each page as it is read."""
    app.connect("source-read", _on_read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
