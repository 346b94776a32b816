"""How Sphinx builds the site: `make docs` writes it into `docs/_build/html`.

The site works from files, without a network: formulas are MathML, and fonts and scripts are the theme's own.
What is made from the package (the reference, the catalogue of games) is written into `docs/reference` before
the build reads it.
"""

import sys
from pathlib import Path

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))

from machinery import certificates, generated, look  # noqa: E402 - found through the path above

from negotiation import __version__  # noqa: E402

project = "negotiation"
author = "The negotiation authors"
project_copyright = "The negotiation authors, MIT licence"
version = release = __version__

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    "machinery.mathml",
    "machinery.links",
    "machinery.tables",
]
exclude_patterns = [
    "_build",
    "gallery",
    "joss",
    "examples/*.ipynb",
    "examples/*.py",
    "examples/*.zip",
    "tutorial/*.ipynb",
    "reference/extra",
]
templates_path = ["_templates"]
nitpicky = True
default_role = "code"

myst_enable_extensions = ["dollarmath", "colon_fence", "deflist"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 240
nb_merge_streams = True
nb_output_stderr = "remove"  # how long somebody waits is another matter on each machine

autosummary_generate = True
autosummary_ignore_module_all = False
autodoc_typehints = "none"  # the docstrings name the types, in words
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
html_math_renderer = "mathml"

html_theme = "pydata_sphinx_theme"
html_title = "negotiation"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "logo": {"text": "negotiation"},
    "header_links_before_dropdown": 6,
    "navbar_end": ["theme-switcher"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_toc_level": 2,
}
html_sidebars = {"index": [], "changelog": [], "glossary": []}

sphinx_gallery_conf = {
    "examples_dirs": str(HERE / "gallery"),
    "gallery_dirs": "examples",
    "filename_pattern": r".*\.py",
    "within_subsection_order": "FileNameSortKey",
    "abort_on_example_error": True,
    "backreferences_dir": "examples/uses",
    "doc_module": ("negotiation",),
    "capture_repr": ("_repr_html_", "__repr__"),
    "download_all_examples": False,
    "remove_config_comments": True,
    "show_memory": False,
    "show_signature": False,
    "write_computation_times": False,
    "image_scrapers": ("machinery.pictures.scrape",),
}

generated.write_all(HERE / "reference")
html_extra_path = ["reference/extra"]
certificates.write_site(HERE / "reference")
look.write_look(HERE / "reference" / "extra" / "look")


CONSTANTS = {
    "negotiation.strategies.OTHERWISE": "Stands for all profiles and signals that a state does not name.",
}
"""What a constant is, which would be explained by the class of its value."""


def explain_constant(
    _app: Sphinx, _what: str, name: str, _value: object, _options: object, lines: list[str]
) -> None:
    """Put what a constant is in place of what its class is."""
    if name in CONSTANTS:
        lines[:] = [CONSTANTS[name]]


def setup(app: Sphinx) -> None:
    """Show tables of comma-separated values as they are: Pygments has no reader. Explain constants."""
    app.add_lexer("csv", TextLexer)
    app.connect("autodoc-process-docstring", explain_constant)
