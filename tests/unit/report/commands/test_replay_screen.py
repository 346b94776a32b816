import re

import pytest

import negotiation as ng
from negotiation.report.commands.output import Output
from negotiation.report.commands.replay_screen import screen, sentences
from negotiation.report.commands.sections import Section, SectionPart, read_part
from negotiation.truces.replay.reasons import reasons
from negotiation.truces.verdicts.drawn import share_interval


@pytest.fixture(scope="module")
def replays():
    return [ng.replay("2025-05-geneva", draws=8)]


def parts(replays):
    return {
        each.agreement.id: SectionPart((), each.legs.table(), reasons(each), each.verdicts.by_theory())
        for each in replays
    }


@pytest.mark.long
def test_every_theory_is_on_the_screen_with_every_leg_and_share(replays, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    replays = [*replays, ng.replay("2025-10-busan", draws=8)]
    whole = parts(replays)
    screen(Output(), 8, {name: name for name in whole}, whole)
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 80
    for theory in ng.theories():
        # A name may go on in the next line.
        start = f" {theory.name.split()[0]} "
        rows = [re.sub(r"\s+", " ", line) for line in text.splitlines() if line.startswith(start)]
        for each in replays:
            said = [each.verdicts.find(leg.leg, theory.name) for leg in each.legs]
            words = " ".join(one.verdict.words for one in said)
            assert any(row.strip().endswith(words) for row in rows), words
    told = re.sub(r"\s+", " ", text)
    for theory in ng.theories():
        rows = [one for each in replays for one in each.verdicts if one.theory == theory.name]
        decided = [one.agree for one in rows if one.agree is not None]
        said = f"{sum(decided)} of {len(rows)}"
        said += f", {len(rows) - len(decided)} undecided" if 0 < len(decided) < len(rows) else ""
        if decided:
            low, high = share_interval(sum(decided), len(decided))
            said += f" ({low:.2f} to {high:.2f})"
        else:
            said += ", none decided"
        assert f"{theory.name} {said}" in told


def test_the_last_sentence_counts_where_game_and_record_agree(replays):
    *_, last = sentences(list(parts(replays).values()))
    agree = [leg.agree for each in replays for leg in each.legs]
    assert f"{agree.count(True)} of {len(agree)} legs" in last
    for each in replays:
        for leg in each.legs:
            name = each.agreement.id.split("-")[-1].title()
            assert (f"{name}'s {leg.leg} leg" in last) is (leg.agree is False)


def test_reasons_repeat_the_numbers_of_the_verdicts(replays):
    assert any(leg.verdict.word == "breaks" for each in replays for leg in each.legs)
    for each in replays:
        if all(leg.verdict.word != "breaks" for leg in each.legs):
            continue
        worst = min((leg for leg in each.legs if leg.verdict.word == "breaks"), key=lambda leg: leg.margin)
        first = reasons(each)[0]
        assert f"{worst.leg} leg breaks" in first
        assert f"USD {-worst.verdict.millions:.2g} million a year ({-worst.margin:.2g} percent" in first
        assert f"{100 * worst.share:.0f} percent of draws" in first


def test_a_part_comes_back_from_its_file_as_it_was(replays, tmp_path):
    found = replays[0]
    one = SectionPart(
        [Section("heading", (found.coverage_table(), found.moves.table()), ("a sentence",))],
        found.legs.table(),
        reasons(found),
    )
    one.write(tmp_path)
    again = read_part(tmp_path)
    assert again.reasons == one.reasons
    assert str(again.legs) == str(one.legs)
    assert [str(t) for t in again.sections[0].tables] == [str(t) for t in one.sections[0].tables]
