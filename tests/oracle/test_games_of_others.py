"""Games and profiles of other libraries, there and back."""

import io
from fractions import Fraction

import numpy as np
import pytest

import negotiation as ng

PAYOFFS = np.array([[(9, 8), (1, 10), (0, 2)], [(10, 1), (3, 4), (7, 7)]])


def quantecon():
    return pytest.importorskip("quantecon")


def gambit():
    return pytest.importorskip("pygambit")


def test_players_of_quantecon_have_their_own_action_first():
    theirs = quantecon().game_theory
    players = theirs.Player(PAYOFFS[..., 0]), theirs.Player(PAYOFFS[..., 1].T)
    game = ng.as_game(theirs.NormalFormGame(players))
    assert np.array_equal(game.payoffs, PAYOFFS)
    assert game.is_rational


@pytest.mark.long
def test_what_quantecon_finds_is_checked():
    theirs = quantecon().game_theory
    players = theirs.Player(PAYOFFS[..., 0]), theirs.Player(PAYOFFS[..., 1].T)
    game = ng.StageGame(PAYOFFS)
    for found in theirs.support_enumeration(theirs.NormalFormGame(players)):
        assert ng.verify(game, found).holds


@pytest.mark.parametrize("counts", [(3,), (2, 3), (2, 3, 2)])
def test_quantecon_there_and_back(counts):
    theirs = quantecon()
    stage = ng.StageGame(np.random.default_rng(1).normal(size=(*counts, len(counts))))
    assert ng.as_game(stage.to_quantecon(theirs)) == stage
    again = ng.as_game(ng.RepeatedGame(stage, 0.3).to_quantecon(theirs.game_theory))
    assert (again.stage, again.discount_factor) == (stage, 0.3)
    with pytest.raises(ng.NegotiationError, match="one number for all"):
        ng.RepeatedGame(ng.StageGame(PAYOFFS), (0.3, 0.5)).to_quantecon(theirs)


def test_a_polymatrix_game_of_quantecon():
    theirs = quantecon().game_theory
    game = theirs.NormalFormGame(PAYOFFS.astype(float))
    assert np.array_equal(ng.as_game(theirs.PolymatrixGame.from_nf(game)).payoffs, PAYOFFS)


def labelled():
    payoffs = [[(Fraction(1, 3), 2), (0, 1)], [(0, 1), (1, Fraction(1, 7))]]
    return ng.StageGame(payoffs, ("USA", "CHN"), (("keep it", "break it"), ("l", "r")), "named")


def test_gambit_there_and_back_with_labels_and_rational_numbers():
    stage = labelled()
    theirs = gambit().read_nfg(io.BytesIO(stage.to_gambit().encode()))
    game = ng.as_game(theirs)
    assert (game, game.name) == (stage, "named")
    assert (game.exact_payoffs() == stage.exact_payoffs()).all()


def test_profiles_of_gambit_are_checked_by_label():
    nash = gambit().nash
    theirs = gambit().read_nfg(io.BytesIO(labelled().to_gambit().encode()))
    game = ng.as_game(theirs)
    for solved in (nash.enummixed_solve(theirs), nash.enummixed_solve(theirs, rational=False)):
        assert all(ng.verify(game, profile).holds for profile in solved.equilibria)
        with pytest.raises(ng.NegotiationError, match=r"`\.equilibria`"):
            ng.verify(game, solved)
    exact = nash.enummixed_solve(theirs).equilibria[0]
    assert ng.verify(game, exact, exact=True).margin == Fraction(1, 3)
    swapped = ng.StageGame(
        game.given_payoffs()[::-1].tolist(), game.players, (game.actions[0][::-1], game.actions[1])
    )
    assert ng.verify(swapped, exact).holds
    assert not ng.verify(game, theirs.mixed_strategy_profile([[1, 0], [0, 1]])).holds
    with pytest.raises(ng.NegotiationError, match="other labels"):
        ng.verify(ng.StageGame(PAYOFFS), exact)


def test_a_tree_of_gambit_becomes_its_reduced_strategic_form():
    tree = gambit().Game.new_tree(players=["A", "B"])
    tree.append_move(tree.root, "A", ["in", "out"])
    tree.append_move(tree.root.children["in"], "B", ["fight", "yield"])
    tree.set_outcome(tree.root.children["out"], tree.add_outcome("out", [0, 2]))
    ends = tree.root.children["in"].children
    tree.set_outcome(ends["fight"], tree.add_outcome("war", [-1, -1]))
    tree.set_outcome(ends["yield"], tree.add_outcome("peace", [1, 1]))
    game = ng.as_game(tree)
    assert game.payoffs.tolist() == [[[-1, -1], [1, 1]], [[0, 2], [0, 2]]]
    solved = gambit().nash.lcp_solve(tree, rational=True).equilibria
    assert solved
    assert all(ng.verify(game, profile).holds for profile in solved)


def test_entry_points_say_how_to_read_a_game_of_others():
    theirs = quantecon()
    game = ng.StageGame(PAYOFFS).to_quantecon(theirs)
    repeated = theirs.game_theory.RepeatedGame(game, 0.5)
    for ask in (ng.solve, ng.minmax, lambda g: ng.verify(g, ("0", "0"))):
        with pytest.raises(ng.NegotiationError, match=r"make one, `as_game\(game\)`"):
            ask(game)
    with pytest.raises(ng.NegotiationError, match=r"make one, `as_game\(game\)`"):
        ng.equilibrium_payoffs(repeated)
    for ask in (ng.equilibrium_payoffs, lambda g: ng.RepeatedGame(g, 0.5)):
        with pytest.raises(ng.NegotiationError, match=r"`(RepeatedGame\()?as_game\(game\)"):
            ask(game)


class MatrixGame:
    """What `pyspiel.load_matrix_game("matrix_pd")` answers: OpenSpiel takes long to install."""

    num_rows = num_cols = staticmethod(lambda: 2)
    row_utilities = staticmethod(lambda: [[5.0, 0.0], [10.0, 1.0]])
    col_utilities = staticmethod(lambda: [[5.0, 10.0], [0.0, 1.0]])
    row_action_name = col_action_name = staticmethod(["Cooperate", "Defect"].__getitem__)


def test_a_matrix_game_of_openspiel():
    game = ng.as_game(MatrixGame())
    assert game.actions == (("Cooperate", "Defect"),) * 2
    assert game.payoff(("Defect", "Cooperate")).tolist() == [10, 0]
