"""What `results` finds: stores of the command, and those of a call in Python."""

import pytest

import negotiation as ng
from negotiation.errors import InvalidFile
from negotiation.report.commands.output import Output
from negotiation.report.commands.sweep import show_results


def squared(cell):
    return {"square": cell["x"] ** 2}


@pytest.mark.parametrize("store", ["results", "results/squares"])
def test_a_store_is_found_where_python_or_the_command_put_it(capsys, tmp_path, store):
    experiment = ng.Experiment(
        slug="squares", question="What is a square?", space=ng.space.grid({"x": range(3)}), measure=squared
    )
    ng.run(experiment, store=tmp_path / store)
    show_results(Output(), "squares", tmp_path / "results")
    assert "square" in capsys.readouterr().out
    with pytest.raises(InvalidFile, match="nothing is stored of 'cubes'"):
        show_results(Output(), "cubes", tmp_path / "results")
