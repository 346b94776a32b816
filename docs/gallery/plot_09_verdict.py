"""
A certificate that one can read
===============================

``verify`` shares no code with the solvers. It looks at every one-shot departure in every state, and says
which one comes closest or pays.
"""

import negotiation as ng

stage = ng.StageGame.from_matrices(
    [[9, 1], [10, 3]],
    [[9, 10], [1, 3]],
    players=("USA", "CHN"),
    actions=(("keep", "break"), ("keep", "break")),
)
grim = ng.strategies.grim_trigger(stage, ("keep", "keep"), ("break", "break"))
verdict = ng.verify(ng.RepeatedGame(stage, 0.1), grim)
axes = verdict.plot()

# %%
# In words:

print(verdict.explain())
