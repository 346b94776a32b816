"""Numbers of why controls were traded in 2025 and not before: payoff sets, leverage, consent at home."""

from paper.machinery.numbers import SAMPLED, decimal, percent, reads, significant, whole


@reads("payoff_sets", "set_summary", "bargains")
def set_numbers(data):
    """Return worst and best equilibrium payoffs by variant, and what the rules pick."""
    summary = data["set_summary"].set_index(["curb", "controls"])
    best = data["payoff_sets"].groupby(["curb", "controls"])[["usa", "chn"]].max()
    picks = data["bargains"].set_index(["disagreement", "rule", "table"])
    smorodinsky = picks.loc[("worst equilibrium", "Kalai-Smorodinsky", "linked")]
    off = picks.loc[("worst equilibrium", "Nash", "unlinked")]
    return {
        "WorstCurbUSA": decimal(summary.loc[(True, True), "threat_usa"]),
        "WorstNoCurbUSA": decimal(summary.loc[(False, True), "threat_usa"]),
        "WorstCurbCHN": decimal(summary.loc[(True, True), "threat_chn"]),
        "WorstNoCurbCHN": decimal(summary.loc[(False, True), "threat_chn"]),
        "BestOffCHN": decimal(best.loc[(True, False), "chn"]),
        "ProfilesCore": whole(summary.loc[(True, True), "profiles"]),
        "SetGap": significant(summary["gap"].max(), 1, tolerance=2.0),
        "SmorodinskyUSA": decimal(smorodinsky["usa"], 3, tolerance=SAMPLED),
        "SmorodinskyCHN": decimal(smorodinsky["chn"], 3, tolerance=SAMPLED),
        "OffUSA": decimal(off["usa"], 3, tolerance=SAMPLED),
        "OffCHN": decimal(off["chn"], 3, tolerance=SAMPLED),
    }


@reads("leverage", "leverage_state", "curb_months")
def leverage_numbers(data):
    """Return leverage, the control's gain, and stocks."""
    frame = data["leverage"].set_index("day")
    state, months = data["leverage_state"], data["curb_months"]
    return {
        "LeverageLasting": significant(frame["lasting"].iloc[-1], tolerance=SAMPLED),
        "ControlGain": significant(frame["gain"].iloc[-1], tolerance=SAMPLED),
        "LeveragePeak": decimal(frame["leverage"].max(), tolerance=SAMPLED),
        "LeverageShare": percent(frame["share"].iloc[-1], tolerance=SAMPLED),
        "ThresholdFirst": decimal(frame["threshold"].iloc[1], tolerance=SAMPLED),
        "ThresholdLast": decimal(frame["threshold"].iloc[-1], tolerance=SAMPLED),
        "StocksLeast": percent(state["stocks"].min(), tolerance=SAMPLED),
        "MonthSpent": significant(-months.loc[1, "change_stocks_gone"], tolerance=SAMPLED),
    }


@reads("win_sets", "authority")
def domestic_numbers(data):
    """Return where full calm is no longer ratified, and what the loss of authority leaves at stake."""
    sets = data["win_sets"].query("size == 'small'").set_index("against")
    refused = sets.loc["stage equilibrium"].query("not calm_usa")["weight"]
    war = sets.loc["trade war"]
    stakes = data["authority"].set_index(["truce", "authority"])
    geneva, busan = ("2025-05-geneva", "lost"), ("2025-10-busan", "lost")
    return {
        "TurningWeight": decimal(refused.min()),
        "Combinations": whole(war["combinations"].iloc[0]),
        "WarBoth": whole(war["both"].min()),
        "GenevaStakeUSA": decimal(stakes.loc[("2025-05-geneva", "in force"), "stake_usa"]),
        "GenevaStakeLost": decimal(abs(stakes.loc[geneva, ["stake_usa", "stake_chn"]]).max(), 0),
        "BusanStakeLostUSA": decimal(stakes.loc[busan, "stake_usa"]),
        "BusanStakeLostCHN": decimal(stakes.loc[busan, "stake_chn"]),
        "BusanStakeCHN": decimal(stakes.loc[("2025-10-busan", "in force"), "stake_chn"]),
    }


@reads("anew")
def anew_numbers(data):
    """Return what is negotiated more with controls, dependence and a clock, near the pace of talks."""
    frame = data["anew"].set_index(["table", "what", "chance", "side"])

    def gains(table, what, side):
        return percent(frame.loc[(table, what, 0.15, side), "gains"], tolerance=SAMPLED)

    return {
        "AnewControlsUSA": gains("anew", "controls", "USA"),
        "AnewControlsCHN": gains("anew", "controls", "CHN"),
        "AnewAllControlsUSA": gains("anew_all", "controls", "USA"),
        "AnewAllControlsCHN": gains("anew_all", "controls", "CHN"),
        "AnewDependence": decimal(
            frame.loc[("anew_all", "dependence", 0.15, "CHN"), "more"], 1, tolerance=SAMPLED
        ),
        "AnewClockCHN": gains("anew", "clock", "CHN"),
    }
