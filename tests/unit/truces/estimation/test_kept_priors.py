"""Priors in a file: what is written is read, and what is no prior is refused by name."""

import pytest

from negotiation.errors import InvalidFile
from negotiation.truces.estimation.priors import LearnedPrior, Prior, read_priors, write_priors

GIVEN = (
    Prior("pace.move_rate", 1.0, 104.0, "log", 'from "once a year" – to twice a week\\'),
    Prior("a.b", -0.1, 1 / 3, "linear", "a paper"),
    LearnedPrior("c", 0.5, 2.0, "log", "posterior of x", -0.7, 0.3),
    LearnedPrior("d", 0.0, 2.0, "linear", "posterior of y", 1 / 7, 1.25),
    LearnedPrior("e", 0.0, 2.0, "linear", "posterior of y", 0.0, 1.0),
)


def test_what_is_written_is_read_in_its_order_to_the_last_digit(tmp_path):
    write_priors(tmp_path / "a.toml", iter(GIVEN))
    assert read_priors(tmp_path / "a.toml") == GIVEN
    write_priors(tmp_path / "b.toml", [Prior("x", 0.0, 1.0)])
    assert read_priors(tmp_path / "b.toml") == (Prior("x", 0.0, 1.0, "linear", "assumption"),)


PLAIN = '[[prior]]\nname = "x"\nlow = 0.0\nhigh = 1.0\nsource = "s"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "prior"),
        ("prior = []\n", "prior"),
        (PLAIN + "middle = 0.0\n", "x: only one of `middle` and `spread` is given"),
        (PLAIN + "spread = 1.0\n", "x: only one of `middle` and `spread` is given"),
        (PLAIN + "middle = 0.0\nspread = 0.0\n", "above zero"),
        (PLAIN + "middle = inf\nspread = 1.0\n", "middle"),
        (PLAIN + PLAIN, "more than one prior is given for x"),
        (
            PLAIN + PLAIN.replace("x", "y") + PLAIN.replace("x", "y"),
            "prior: more than one prior is given for y",
        ),
        (PLAIN + "width = 1.0\n", "width"),
        (PLAIN + "[other]\n", "other"),
        (PLAIN + 'scale = "square"\n', "scale"),
        (PLAIN + 'scale = "log"\n', "`low` is 0.0; with the scale 'log' it must be above zero"),
        (PLAIN.replace("1.0", "-1.0"), "`low` is 0.0 and `high` is -1.0; expected two finite numbers"),
        (PLAIN.replace("1.0", "inf"), "high"),
        (PLAIN.replace("0.0", "nan"), "low"),
        (PLAIN.replace('"s"', '""'), "source"),
        (PLAIN.replace('"x"', '""'), "name"),
        (PLAIN.replace("low = 0.0\n", ""), "low"),
        (PLAIN.replace('source = "s"\n', ""), "source"),
    ],
)
def test_what_is_no_prior_is_refused_by_its_name(tmp_path, text, words):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(InvalidFile, match=r"mine\.toml") as refused:
        read_priors(path)
    assert words in str(refused.value)
