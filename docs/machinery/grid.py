"""A small grid of the explorer's answers, computed when the site is built: for those who install nothing."""

import json
import math
from itertools import product
from typing import Any

import negotiation as ng
from negotiation.base.labelled.naming import namer
from negotiation.report.explorer.setting import Setting

AGREEMENTS = {"Busan": "2025-10-busan", "Geneva": "2025-05-geneva"}
THEORIES = ("each for itself", "moment", "custom in kind")
HAWKS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
SECURITY = (0.5, 1.0, 2.0)
COVERAGE = {"as written": "", "and chip controls": "USA chip_control"}
"""What there is to choose. The theories are those that are solved in well under a second."""

PAGE = """# The explorer, without installing anything

Choose, and read whether each leg of a truce is kept. The answers were computed when this site was built, at
{count} settings, at central values and with a breach answered for ever. With the package installed,
`negotiation explore` has more sliders, every theory, and any position of them. *Hawks' weight* is how much
security counts against business in Washington; the *value of security* multiplies what controls
are worth to hawks. Most ranges are assumed.

```{{raw}} html
<div id="explorer"></div>
<script type="application/json" id="explorer-answers">{answers}</script>
<script src="../_static/grid.js"></script>
```

A margin is what the best of all else is worth more than the best harsher step in the leg, in percent of GDP
of whoever would take it; it is negative exactly where the leg breaks. What the theories are:
[theories](../explanation/theories.md).
"""


def key(*choices: object) -> str:
    """Return the name of a setting in the grid."""
    return "|".join(str(one) for one in choices)


def answers() -> dict[str, Any]:
    """Return what there is to choose, and for each setting and theory the rows by leg."""
    rows: dict[str, list[list[str]]] = {}
    for agreement, hawks, security, coverage in product(AGREEMENTS, HAWKS, SECURITY, COVERAGE):
        setting = Setting(AGREEMENTS[agreement], hawks=hawks, security=security, bound=COVERAGE[coverage])
        found = ng.verdict(setting.text, setting.scenario, theories=THEORIES, state=setting.state)
        named = namer(found.names)
        for row in found:
            margin = "nothing can be made harsher" if math.isinf(row.margin) else f"{row.margin:+.2g}"
            at = key(agreement, hawks, security, coverage, row.theory)
            rows.setdefault(at, []).append([row.leg, row.word, margin, str(named(row.first))])
    choices = {
        "truce": [*AGREEMENTS],
        "hawks' weight": [*HAWKS],
        "value of security": [*SECURITY],
        "coverage": [*COVERAGE],
        "what happens outside the text": [*THEORIES],
    }
    first = [0, HAWKS.index(0.5), SECURITY.index(1.0), 0, THEORIES.index("moment")]
    return {"choices": choices, "first": first, "rows": rows}


def page(found: dict[str, Any] | None = None) -> str:
    """Return the page, in Markdown, with these answers or with all."""
    found = found or answers()
    text = json.dumps(found, separators=(",", ":")).replace("</", "<\\/")
    return PAGE.format(count=len(found["rows"]), answers=text)
