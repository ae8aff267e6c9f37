"""What the figures of the quality check show, and that their texts stand clear of each other."""

import numpy as np
import pandas as pd
import pytest

from cisphys.figures.quality import FIGURES
from cisphys.figures.saturation import draw_saturation
from cisphys.figures.spread import draw_lorenz, draw_mutation_rates, draw_reads_per_bin
from cisphys.quality.check import FIGURES as TABLES
from cisphys.quality.measures import mutation_rates
from cisphys.reads.saturation import Spectrum, saturation_curve


def long_names(count: int) -> list[str]:
    return [f"a_sample_whose_name_is_long_and_longer_still_number_{number}" for number in range(count)]


def curves(names: list[str], reads: int = 3000) -> pd.DataFrame:
    random = np.random.default_rng(1)
    spectra = {name: Spectrum.of(random.multinomial(reads, np.full(1000, 1e-3))) for name in names}
    return pd.concat([saturation_curve(name, spectrum) for name, spectrum in spectra.items()])


def test_every_table_of_the_check_has_its_figure():
    assert list(FIGURES) == list(TABLES)
    assert all(set(words) <= set(TABLES[name]) for name, (_, words) in FIGURES.items())


@pytest.mark.parametrize("name", list(FIGURES))
def test_an_empty_table_says_so(name, check_texts):
    draw, _ = FIGURES[name]
    assert len(check_texts(draw(pd.DataFrame(columns=TABLES[name])))) == 1


def test_saturation_is_solid_up_to_the_reads_and_dashed_beyond():
    (axes,) = draw_saturation(curves(["a"])).axes
    solid, dashed, dot = axes.lines
    assert (solid.get_xdata()[-1], dashed.get_xdata()[0], dot.get_xdata()[0], dashed.get_xdata()[-1]) == (3000, 3000, 3000, 6000)
    assert solid.get_ydata()[-1] == dashed.get_ydata()[0]
    assert axes.get_xlabel() == "Reads (thousands)"


@pytest.mark.parametrize("samples", [1, 3, 12, 13, 200])
def test_texts_of_saturation_stand_clear(check_texts, samples):
    texts = check_texts(draw_saturation(curves(long_names(samples))))
    assert sum("…" in text for text in texts) == (samples if samples <= 12 else 0)
    assert (f"One line for each of {samples} samples" in texts) is (samples > 12)


@pytest.mark.parametrize("samples", [2, 12, 96])
def test_lorenz_curves_stand_beside_the_line_of_equality(check_texts, samples):
    names = long_names(samples)
    table = pd.concat([pd.DataFrame({"of": name, "sequences": [0, 0.5, 1], "reads": [0, 0.1, 1]}) for name in names])
    figure = draw_lorenz(table)
    equality, *lines = figure.axes[0].lines
    assert list(equality.get_ydata()) == [0, 100]
    assert [list(line.get_ydata()) for line in lines] == [[0, 10, 100]] * samples
    assert check_texts(figure)


@pytest.mark.parametrize("datasets", [1, 3, 24])
def test_bins_have_a_panel_per_dataset(check_texts, datasets):
    rows = [(name, str(number), 1000 * number) for name in long_names(datasets) for number in range(24)]
    figure = draw_reads_per_bin(pd.DataFrame(rows, columns=["dataset", "bin", "reads"]))
    assert len(figure.axes) == datasets
    assert [patch.get_height() for patch in figure.axes[0].patches] == list(range(24))
    assert check_texts(figure)


def test_molecules_have_their_names_upright(check_texts):
    rows = [(name, bin, 500) for name in ("d", "e") for bin in ("dna_1", "rna_1", "dna_a_replicate_with_a_long_name")]
    texts = check_texts(draw_reads_per_bin(pd.DataFrame(rows, columns=["dataset", "bin", "reads"])))
    assert texts.count("dna_1") == 2


def test_mutations_are_stacked_without_the_wild_type(check_texts):
    rates = mutation_rates(pd.Series(["ACG", "ACT", "TCG"]), np.array([6, 3, 1]))
    figure = draw_mutation_rates(pd.concat([rates.assign(dataset=name) for name in ("one", "two")]))
    bars = [
        [path.vertices[:, 1].max() - path.vertices[:, 1].min() for path in group.get_paths()]
        for group in figure.axes[0].collections
    ]
    assert np.array(bars) == pytest.approx(np.array([[0, 0, 0], [0, 0, 0], [0, 0, 0], [10, 0, 30]]))
    assert {"one", "two", "A", "T"} <= set(check_texts(figure))


def test_many_datasets_have_a_row_of_mutation_rates(check_texts):
    variants = {3: ["ACG", "ACT", "TCG"], 4: ["ACGA", "ACTA", "TCGA"]}
    short, long = (mutation_rates(pd.Series(variants[length]), np.array([6, 3, 1])) for length in (3, 4))
    names = long_names(96)
    figure = draw_mutation_rates(pd.concat([(long if name == names[1] else short).assign(dataset=name) for name in names]))
    shown = figure.axes[0].collections[0].get_array()
    assert shown.shape == (96, 4)
    assert np.ma.filled(shown[:2], -1) == pytest.approx(np.array([[10, 0, 30, -1], [10, 0, 30, 0]]))
    assert sum("…" in text for text in check_texts(figure)) == 96
