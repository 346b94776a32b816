"""Run what takes hours and keep how each part ended in `tests/release.json`: `python -m tests.release`."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from negotiation._version import __version__

ROOT = Path(__file__).parents[1]
KEPT = Path(__file__).with_suffix(".json")
PARTS = {
    "every test, with many random examples": ("-m", "pytest", "-n", "2"),
    "slips in the code, by the short suite": ("-m", "tests.mutation", "--count", "300", "--seconds", "30"),
    "random games in hard families": ("-m", "tests.adversary"),
    "every program behind the paper": ("-m", "paper", "--full"),
}


def ended(words: tuple[str, ...]) -> dict[str, object]:
    """Return how a part ended, with its last line and the day."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, "HYPOTHESIS_PROFILE": "thorough"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    last = next(iter(reversed(done.stdout.strip().splitlines())), "")
    return {
        "command": " ".join(("python", *words)),
        "date": datetime.now(UTC).date().isoformat(),
        "version": __version__,
        "minutes": round((time.monotonic() - began) / 60, 1),
        "status": done.returncode,
        "last line": last.strip("= "),
    }


def main(words: list[str]) -> int:
    """Run the parts whose name has one of the words, or all, and write each as it ends."""
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    chosen = [name for name in PARTS if not words or any(word in name for word in words)]
    for name in chosen:
        kept[name] = ended(PARTS[name])
        sys.stdout.write(f"{name}: {kept[name]['last line']}\n")
        KEPT.write_text(json.dumps({part: kept[part] for part in PARTS if part in kept}, indent=1) + "\n")
    return int(any(kept[name]["status"] for name in chosen))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
