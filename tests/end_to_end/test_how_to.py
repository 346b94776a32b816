"""The how-to pages are run as a reader would run them."""

import os
import re
import subprocess
import sys
from pathlib import Path

PAGES = Path(__file__).parents[2] / "docs" / "how-to"


def blocks(page, language):
    return re.findall(rf"```{language}\n(.*?)```", (PAGES / page).read_text(), flags=re.DOTALL)


def test_writing_down_an_agreement_gives_a_verdict_by_leg(tmp_path):
    (toml,) = blocks("write-an-agreement.md", "toml")
    (tmp_path / "2026-04-example.toml").write_text(toml)
    code = "\n".join(blocks("write-an-agreement.md", "python"))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=tmp_path,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "perfect public equilibrium" in done.stdout
    assert "2026-04-example: verdict by leg under noise" in done.stdout
    rows = dict(line.split(maxsplit=1) for line in done.stdout.splitlines() if line)
    assert {"tariff", "control", "other", "none", "within_issue", "all_or_nothing"} <= set(rows)
