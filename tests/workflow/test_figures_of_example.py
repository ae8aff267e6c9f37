"""The figures of the finished example: each is drawn again from the files that it names, alone."""

import shutil

import pytest
from running import FIT

from cisphys.figures.fit_figures import DRAW
from cisphys.figures.of_fits import FIT_FIGURES
from cisphys.figures.style import save_figure

NOT_ASKED_FOR = ("conditions", "bootstrap", "coverage", "design")


@pytest.mark.parametrize("name", [name for name in FIT_FIGURES if name not in NOT_ASKED_FOR])
def test_figure_needs_no_other_files(name, finished, tmp_path):
    results = finished / "results/example"
    for file in FIT_FIGURES[name].files:
        shutil.copy(results / "fits" / FIT / file, tmp_path)
    save_figure(DRAW[name](tmp_path), [tmp_path / "drawn.svg"])
    assert (tmp_path / "drawn.svg").read_bytes() == (results / "figures" / FIT / f"{name}.svg").read_bytes()
