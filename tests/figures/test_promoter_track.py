"""The parts of the promoter track, and how panels find their places."""

import made_up
import pytest

from cisphys.figures.placement import caption, place, subtitle
from cisphys.figures.promoter_track import PromoterTrack, first_free, ruler_ticks
from cisphys.figures.sites import sites_of
from cisphys.figures.style import axes_at, new_figure


@pytest.mark.parametrize(
    ("spans", "levels"),
    [
        ([], []),
        ([(0, 5), (5, 9)], [0, 0]),
        ([(0, 5), (4, 9)], [0, 1]),
        ([(0, 9), (1, 3), (2, 5), (9, 12), (4, 6)], [0, 1, 2, 0, 1]),
    ],
)
def test_overlapping_spans_go_to_other_levels(spans, levels):
    assert first_free(spans) == levels


@pytest.mark.parametrize(
    ("start", "stop", "scale", "numbering", "expected"),
    [
        (0, 12, 0.1, None, [0, 5, 10]),
        (0, 60, 0.02, None, [0, 20, 40]),
        (70, 80, 0.15, -74, [74, 78]),
        (70, 80, 0.055, -74, [78]),
        (1, 4, 0.1, None, [1]),
    ],
)
def test_ruler_has_round_coordinates_that_fit(start, stop, scale, numbering, expected):
    assert ruler_ticks(start, stop, scale, numbering) == expected


def test_boxes_stand_at_their_place_and_point_along_their_strand():
    sites = sites_of(made_up.matrices([("up", 10, 30, "+"), ("down", 50, 90, "-")]))
    track = PromoterTrack(sites, 100, 5.0, None, ruler=True)
    axes = axes_at(new_figure(6, 2), 0.5, 0.5, 5.0, track.height)
    track.draw(axes)
    up, down = (patch.get_xy() for patch in axes.patches)
    assert (up[:, 0].min(), up[:, 0].max()) == pytest.approx((0.5, 1.5))
    assert (down[:, 0].min(), down[:, 0].max()) == pytest.approx((2.5, 4.5))
    middle = (up[:, 1].min() + up[:, 1].max()) / 2
    assert up[up[:, 0] == up[:, 0].max(), 1] == pytest.approx(middle)
    assert down[down[:, 0] == down[:, 0].min(), 1] == pytest.approx(middle)


def test_sites_of_several_places_are_dashed():
    fixed, moving = (sites_of(made_up.matrices([site])) for site in (("up", 10, 30, "+"), ("down", 50, 90, "-")))
    track = PromoterTrack(fixed, 100, 5.0, None, ruler=True, moving=moving)
    axes = axes_at(new_figure(6, 2), 0.5, 0.5, 5.0, track.height)
    track.draw(axes)
    assert [patch.get_linestyle() == "-" for patch in axes.patches] == [True, False]
    assert axes.patches[1].get_xy()[:, 0].max() == pytest.approx(4.5)
    assert {text.get_text() for text in axes.texts} >= {"up", "down"}


@pytest.mark.parametrize(("numbering", "arrows"), [(None, 0), (-50, 1), (-200, 0), (5, 0)])
def test_arrow_marks_the_start_of_transcription_where_the_variant_holds_it(numbering, arrows):
    track = PromoterTrack(sites_of(made_up.matrices([("up", 10, 30, "+")])), 100, 5.0, numbering, ruler=False)
    axes = axes_at(new_figure(6, 2), 0.5, 0.5, 5.0, track.height)
    track.draw(axes)
    assert sum(text.arrow_patch is not None for text in axes.texts if hasattr(text, "arrow_patch")) == arrows


@pytest.mark.parametrize(
    ("sites", "length", "aligned"),
    [
        ([("a", 1, 27, "+"), ("b", 34, 75, "+")], 75, True),
        ([("a", 1, 27, "+"), ("b", 26, 75, "+")], 75, False),
        ([("a", 1, 27, "+"), ("b", 34, 75, "-")], 75, False),
        ([("a", 1, 27, "+"), ("b", 34, 75, "+")], 150, False),
    ],
)
def test_panels_stand_under_the_track_where_they_can(sites, length, aligned):
    placed = place(sites_of(made_up.matrices(sites)), length, 6.0, None)
    assert placed.aligned is aligned
    assert len(placed.blocks) == 2


def test_rows_are_filled_in_order_without_overlap():
    sites = sites_of(made_up.matrices([(f"site{n}", 12 * n, 12 * n + 11, "+-"[n % 2]) for n in range(10)]))
    placed = place(sites, 160, 6.0, None)
    assert [block.site.name for row in placed.rows() for block in row] == [f"site{n}" for n in range(10)]
    for row in placed.rows():
        ends = [block.left + len(block.site) * placed.cell for block in row]
        assert all(end < block.left for end, block in zip(ends, row[1:], strict=False))
        assert ends[-1] <= 6.0


def test_titles_say_where_a_site_is_and_long_reference_names_are_cut():
    (site,) = sites_of(made_up.matrices([("a", 1, 27, "-")]), {"a": ("name " * 40, made_up.energies("a", 26))})
    assert subtitle(site, -75) == "−74 to −49, − strand, read 5′ to 3′"
    assert "…" in caption(site, 3.0)
    assert caption(site, 3.0).endswith("r = 1.000, slope = 1.00")
