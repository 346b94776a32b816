"""When the clocks of a small dispute run out, and what was renewed by whom.

The deal binds the tariffs of AAA and BBB and the export stop of BBB; it is signed on 3 June 2024, in force
from the 10th, and its clock of 30 days ends on 10 July.
"""

from datetime import date

import pytest

from negotiation.disputes import load_scenario
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.truces.record.renewals import was_renewed
from negotiation.truces.record.timeline import load_moves
from tests.small_dispute import DEAL, files, row, write

SIGNED, END = date(2024, 6, 3), date(2024, 7, 10)
DEAL_TEXT = files()[DEAL].replace("clock_days = 0", 'renewal = "by play"\nclock_days = 30')


def holds(name, day, actor, instrument, ended, **cells):
    level = {"tariff": "normal", "export_stop": "open"}[instrument]
    return row(name, day, actor, instrument, level, **{"way": "hold", "ended": ended, **cells})


def world_of(where, *papers, table=()):
    changes = [(DEAL, None, DEAL_TEXT)]
    for name, text in papers:
        changes.append((f"agreements/{name}.toml", None, text))
    return load_scenario(write(where, *changes, table=table))


def renewed(world, leg, end=END, as_of=SIGNED):
    return was_renewed(world, agreement_text("2024-06-harbour", world), load_moves(world), as_of, end, leg)


@pytest.mark.parametrize(
    ("changes", "goes_on"),
    [
        ({}, True),
        ({"day": "2024-06-03"}, False),  # known on the day from which rows count
        ({"day": "2024-06-04"}, True),
        ({"day": "2024-07-10"}, True),
        ({"day": "2024-07-11"}, False),  # after the end
        ({"day": "2024-06"}, True),  # known by the end of the month
        ({"day": "2024-07"}, False),  # perhaps after the end
        ({"ended": "2024-07-11"}, True),
        ({"ended": "2024-07-10"}, False),  # not beyond the end
        ({"ended": "2024-07"}, True),  # perhaps beyond it
        ({"ended": ""}, False),
        ({"ended": "never applied"}, False),
        ({"status": "threatened"}, False),
        ({"way": "de-escalate"}, False),
        ({"way": "escalate"}, False),
        ({"instrument": "tariff"}, False),  # another leg
        ({"actor": "CCC"}, False),
        ({"actor": "AAA"}, False),
    ],
)
def test_a_row_says_so_by_its_day_its_end_its_actor_and_its_instrument(tmp_path, changes, goes_on):
    given = {
        "day": "2024-07-02",
        "actor": "BBB",
        "instrument": "export_stop",
        "ended": "2024-12-01",
        **changes,
    }
    day, actor, instrument, ended = (given.pop(name) for name in ("day", "actor", "instrument", "ended"))
    world = world_of(tmp_path, table=[holds("E001", day, actor, instrument, ended, **given)])
    assert renewed(world, "control") is goes_on


def paper(
    name="2024-07-lake", signed="2024-07-01", in_force=None, clock=60, amends="2024-06-harbour", only=None
):
    """Return the name and the text of a later paper; `only` keeps one of its three clauses."""
    text = files()[DEAL].replace("2024-06-harbour", name)
    text = text.replace("signed = 2024-06-03", f"signed = {signed}")
    text = text.replace("in_force = 2024-06-10", f"in_force = {in_force or signed}")
    text = text.replace("clock_days = 0", f'renewal = "by play"\nclock_days = {clock}')
    text = text.replace("title =", f'amends = "{amends}"\ntitle =' if amends else "title =", 1)
    if only is not None:
        head, *clauses = text.partition("[linkage]")[0].split("[[clauses]]")
        text = head + "[[clauses]]" + clauses[only] + "[linkage]" + text.partition("[linkage]")[2]
    return name, text


@pytest.mark.parametrize(
    ("changes", "tariff", "control"),
    [
        ({}, True, True),
        ({"amends": None}, True, True),
        ({"only": 0}, True, False),  # one side's tariff is enough: the leg is bound
        ({"only": 2}, False, True),
        ({"clock": 0}, True, True),
        ({"clock": 9}, False, False),  # ends on 10 July as well
        ({"clock": 10}, True, True),
        ({"clock": 1, "in_force": "2024-07-10"}, True, True),
        ({"signed": "2024-07-10"}, True, True),
        ({"signed": "2024-07-11"}, False, False),
        ({"signed": "2024-06-03"}, False, False),
        ({"signed": "2024-06-04"}, True, True),
    ],
)
def test_a_later_paper_renews_the_legs_that_it_binds_for_longer(tmp_path, changes, tariff, control):
    world = world_of(tmp_path, paper(**changes))
    assert (renewed(world, "tariff"), renewed(world, "control")) == (tariff, control)
    assert not renewed(world, "other")
