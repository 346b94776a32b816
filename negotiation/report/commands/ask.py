"""The command `ask`: what moves cost, the best answers to them, and the legs that then break."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from negotiation.asking.ask import Asked, Reply, ask
from negotiation.asking.break_even import PaysIf
from negotiation.asking.moves import in_words
from negotiation.disputes import Scenario
from negotiation.disputes.loading import load_scenario
from negotiation.report.commands.declared import AskOptions
from negotiation.report.commands.output import Bar, Output
from negotiation.report.commands.typed import dispute, typed_day, with_settings
from negotiation.truces.theories import theories_by_name

# Name of the figure that is written if a folder is given.
PICTURE = "ask"


def run_ask(output: Output, options: AskOptions) -> None:
    """Print what the moves cost each side in dollars a year, the best answers, and the legs that break."""
    # Without quotes, the words of one move arrive one by one.
    words = options.moves
    words = words if any(" " in move.strip() for move in words) else [" ".join(words)]
    world = load_scenario(dispute(options.scenario), options.calibration)
    world = world.as_of(typed_day(options.on) or world.definition.date)
    world = with_settings(world, options.settings)
    with Bar("computing costs and answers (some 20 s)") as report:
        result = ask(words, world, draws=options.draws, rng=options.seed, progress=report)
    _show(output, result, verbose=options.verbose)
    if options.out is not None:
        from negotiation.report.files import write_figure

        (path,) = write_figure(result.plot(), options.out, PICTURE, ("png",))
        output.path(f"picture: {path}")
    output.document(_document(result))


def _show(output: Output, result: Asked, *, verbose: bool) -> None:
    for line in answered(result):
        output.say(line)
    if result.legs:
        output.table(result.legs_table(), most_rows=None)
    for line in (*would_pay(result), *base_rates(result)):
        output.say(line)
    if not verbose:
        output.say("more tables, and what each theory supposes: --verbose")
        return
    for name in dict.fromkeys(row.theory for row in result.legs):
        output.say(f"{name}: {theories_by_name()[name].statement}")
    output.table(result.table(), most_rows=None)
    output.table(result.pays_table(), most_rows=None)


def answered(result: Asked) -> Iterator[str]:
    """Yield sentences on what moves cost each side and third countries, and on the best answers."""
    names = result.scenario.names
    yield result.sentence
    if result.bystanders:
        costs = (
            f"{names.get(code, code)} {'loses' if cost.usd_bn > 0 else 'gains'} {abs(cost.usd_bn):.2g}"
            for code, cost in result.bystanders.items()
        )
        yield f"Third countries, USD bn a year: {', '.join(costs)}."
    elif any(name.startswith("trade.gdp.") for name in result.scenario.parameters):
        yield "Third countries: the trade table has tariffs alone, so these moves cost them nothing in it."
    else:
        name = result.scenario.calibration.name
        yield f"The calibration {name!r} leaves third countries out: --calibration names another one."
    yield _reply(result.scenario, result.answer, "best answer")
    yield _reply(result.scenario, result.back, "best answer to that")
    if result.text is None:
        yield "No text is in force on that day, so no leg falls."
    else:
        yield f"Text in force: {result.text}."


def _reply(world: Scenario, reply: Reply, what: str) -> str:
    who = world.names.get(reply.country, reply.country)
    if not reply.changes:
        return f"{who}, {what} if nothing follows: to leave everything as it is."
    own = [move for move in reply.changes if move not in reply.anyway]
    worth, rest = f"worth USD {reply.usd_bn:.2g} bn a year", len(reply.anyway)
    anyway = f"{rest} step{'s' * (rest > 1)} that would pay without the move as well"
    if not own:
        return f"{who}, {what} if nothing follows: no step because of the move; {anyway}, {worth}."
    steps = "; ".join(word.partition(", ")[2] for word in in_words(world, own))
    return f"{who}, {what} if nothing follows, {worth}: {steps}{f', and {anyway}' if rest else ''}."


def would_pay(result: Asked) -> Iterator[str]:
    """Yield sentences on the values of revenue, rents or security from which a country's moves pay."""
    names = result.scenario.names
    for country in dict.fromkeys(case.country for case in result.would_pay_if):
        own = (case for case in result.would_pay_if if case.country == country)
        thresholds = dict.fromkeys(_threshold(result.scenario, case) for case in own)
        yield f"Before any answer the moves of {names.get(country, country)} pay {'; '.join(thresholds)}."


def _threshold(world: Scenario, one: PaysIf) -> str:
    if one.what in world.parameters:
        if one.value is None:
            return f"at no {one.what}"
        return (
            f"from {one.what} {one.value:.3g} on (now {one.now:.3g}, range {one.low:.3g} to {one.high:.3g})"
        )
    if one.value is None:
        return f"at no weight on {one.what}"
    weight = f"at a weight on {one.what} of {one.value:.2g} beside income"
    return weight if one.value else "as things are"


def base_rates(result: Asked) -> Iterator[str]:
    """Yield sentences on how often moves like these came, and on the chance of one within a year."""
    names = result.scenario.names
    for rate in result.base_rate:
        who = f"{names.get(rate.country, rate.country)} {names.get(rate.instrument, rate.instrument)}"
        # Before the first text there is no factor, and no interval.
        pace = f" ({rate.low:.2f} to {rate.high:.2f}), at the pace of the truce in force"
        yield (
            f"{who} {rate.direction} came {rate.came} times in {rate.years:.1f} years; the chance of one by "
            f"{rate.until.day} {rate.until:%B %Y} is "
            f"{rate.chance:.2f}{pace if rate.low < rate.high else ''}."
        )


def _document(result: Asked) -> dict[str, object]:
    costs = {**result.costs, **result.bystanders}
    return {
        "sentence": result.sentence,
        "day": str(result.day),
        "moves": [" ".join(move) for move in result.moves],
        "costs": {
            code: {**asdict(cost), "by_move": list(cost.by_move.values())} for code, cost in costs.items()
        },
        "answer": asdict(result.answer),
        "back": asdict(result.back),
        "text": result.text,
        "legs": result.legs_table(),
        "would_pay_if": result.pays_table(),
        "base_rate": [asdict(rate) for rate in result.base_rate],
    }
