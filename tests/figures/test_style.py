"""Writing figures, and measuring texts."""

import matplotlib
import pytest

from cisphys.figures.style import (
    FONT,
    axes_at,
    new_figure,
    save_figure,
    shortened,
    shortened_name,
    styled,
    text_width,
    with_minus,
)


@styled
def draw_something():
    figure = new_figure(2, 1)
    axes_at(figure, 0.5, 0.3, 1.2, 0.6, xlabel="some <text> & more").plot([0, 1], [1, 0])
    return figure


def test_same_figure_has_the_same_bytes(tmp_path):
    for folder in ("first", "second"):
        save_figure(draw_something(), [tmp_path / folder / f"figure.{suffix}" for suffix in ("svg", "pdf", "png")])
    for suffix in ("svg", "pdf", "png"):
        first, second = ((tmp_path / folder / f"figure.{suffix}").read_bytes() for folder in ("first", "second"))
        assert first == second
        assert not any(word in first for word in (b"<dc:date>", b"/CreationDate", b"Software\0"))


def test_text_stays_text_in_svg_and_pdf(tmp_path):
    save_figure(draw_something(), [tmp_path / "figure.svg", tmp_path / "figure.pdf"])
    assert "some &lt;text&gt; &amp; more</text>" in (tmp_path / "figure.svg").read_text()
    assert b"/FontFile2" in (tmp_path / "figure.pdf").read_bytes()


def test_png_has_300_dots_per_inch(tmp_path):
    save_figure(draw_something(), [tmp_path / "figure.png"])
    header = (tmp_path / "figure.png").read_bytes()[16:24]
    assert (int.from_bytes(header[:4], "big"), int.from_bytes(header[4:], "big")) == (600, 300)


def test_other_formats_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"figure.jpg: a figure is written as .svg, .pdf, .png"):
        save_figure(draw_something(), [tmp_path / "figure.jpg"])


def test_own_settings_neither_matter_nor_change():
    with matplotlib.rc_context({"font.size": 33, "axes.linewidth": 9}):
        figure = draw_something()
        assert matplotlib.rcParams["font.size"] == 33
    assert figure.axes[0].spines["left"].get_linewidth() == 0.6
    assert figure.axes[0].xaxis.label.get_fontname() == FONT


@pytest.mark.parametrize("text", ["counted", "Kinney et al. 2010: r = 0.99", "−120 ΔΔG", "AVATAR_To"])
@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_text_width_is_never_too_small_and_hardly_too_large(text, weight):
    figure = new_figure(5, 1)
    figure.set_dpi(600)
    drawn = figure.text(0, 0, text, fontsize=7, weight=weight, fontname=FONT)
    width = drawn.get_window_extent(figure.canvas.get_renderer()).width / figure.dpi
    assert 0.98 * width <= text_width(text, 7, weight) <= 1.15 * width + 0.02


@pytest.mark.parametrize("width", [0.3, 0.5, 1.0])
def test_long_text_loses_its_middle(width):
    text = "the_first_part_and_the_last_part"
    short = shortened(text, width, 6)
    assert text_width(short, 6) <= width
    first, last = short.split("…")
    assert text.startswith(first)
    assert text.endswith(last)


def test_short_text_is_kept():
    assert shortened("CRP", 1.0) == "CRP"


def test_names_of_differences_have_a_minus_sign():
    assert with_minus("mu.A.5 - mu.A.own") == "mu.A.5 − mu.A.own"
    assert with_minus("crp-wt") == "crp-wt"


def test_dollars_of_names_begin_no_formula():
    """A formula that cannot be read would stop the drawing, and one that can would change the name."""
    name = r"price $x_{$ of $5"
    assert shortened(shortened(name, 9), 9) == r"price \$x_{\$ of \$5"
    figure = new_figure(3, 1)
    text = figure.text(0.1, 0.5, shortened("$x_{$", 2))
    figure.canvas.draw()
    assert text._preprocess_math(text.get_text()) == ("$x_{$", False)


def test_names_of_differences_keep_the_ends_of_both_sides():
    by_bent, plain = (f"log_rate.{name} - log_rate.RNAP" for name in ("opening_by_bent_CRP", "opening"))
    assert shortened_name(plain, 9) == "log_rate.opening − log_rate.RNAP"
    assert shortened_name("mu.a_protein_of_a_long_name", 1) == shortened("mu.a_protein_of_a_long_name", 1)
    short = [shortened_name(name, 1.6) for name in (by_bent, plain)]
    assert short[0] != short[1]
    assert all(name.endswith(" − log_rate.RNAP") and text_width(name) <= 1.6 for name in short)
