"""Small linear programs: what the solver behind them may not do."""

import numpy as np

from negotiation.game_theory.linear_programs import SmallProgram


def test_nothing_is_printed(capfd):
    program = SmallProgram(np.array([[1.0, 1.0]]))
    program.set_rows(np.array([-np.inf]), np.array([4.0]))
    assert program.maximum(np.array([1.0, 2.0]))[0] == 8.0
    assert capfd.readouterr() == ("", "")
