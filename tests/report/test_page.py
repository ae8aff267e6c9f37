"""The report as a page: whole, closed to the network, and trusting no name."""

import dataclasses
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import made_up
import pytest

from cisphys.figures.of_fits import FIT_FIGURES
from cisphys.report.build import build_report
from cisphys.report.dictionary import data_dictionary
from cisphys.tables import write_table

EMPTY = {"meta", "link", "img", "wbr", "input"}


class Page(HTMLParser):
    """Keeps what tests ask for, and fails where tags do not match."""

    def __init__(self, text: str):
        super().__init__()
        self.open, self.addresses, self.pictures, self.ids, self.texts, self.scripts = [], [], [], [], [], 0
        self.broken = False
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.scripts += tag == "script"
        self.broken = tag == "wbr"
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.addresses.append(given["href"])
        if tag == "img":
            self.pictures.append(given)
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("script", "style") and data.strip():
            before = self.texts.pop() if self.broken else ""
            self.texts.append(before + " ".join(data.split()))
        self.broken = False


@pytest.fixture(scope="module")
def parsed(page) -> Page:
    return Page(page)


def test_tags_match_and_ids_are_unique(parsed):
    assert len(parsed.ids) == len(set(parsed.ids))
    pages = {"overview", "reads", "libraries", "quality", "comparison", "fit-1", "fit-2", "methods", "files", "dictionary"}
    assert pages <= set(parsed.ids)
    assert {"fit-1-energies", "fit-1-network", "fit-1-parameters", "fit-1-references", "fit-2-files"} <= set(parsed.ids)
    assert "fit-2-references" not in parsed.ids


def test_names_stay_text(parsed, page):
    assert parsed.scripts == 1
    assert "<script>alert('sample')</script>" in parsed.texts
    assert "lac & <friends>" in parsed.texts
    assert "A made-up promoter & its <sites>." in parsed.texts
    assert 'cAMP_uM 100, strain <img src=x onerror="fail()">' in parsed.texts
    assert "Someone's <b>table</b>" in parsed.texts
    assert "version: 1 analysis: </pre><script>alert('config')</script>" in parsed.texts
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_every_link_leads_somewhere(parsed, analysis):
    inside = {address[1:] for address in parsed.addresses if address.startswith("#")}
    files = {unquote(address) for address in parsed.addresses if not address.startswith("#")}
    assert inside <= set(parsed.ids)
    assert all((analysis.results / path).is_file() for path in files)
    assert "figures/model.one+two/energy_matrices.pdf" in files
    assert "variants/two.tsv.gz" in files
    assert "fits/model.two/summary.json" in files
    assert {"unexpected_indices.tsv", "index_combinations.tsv", "figures/cross_talk/run1.pdf", "filters/two.tsv"} <= files
    assert any(re.fullmatch(r"libraries/a_library_\w+/sweep\.tsv", path) for path in files)


def test_nothing_comes_from_the_network(page):
    without_data = re.sub(r'src="data:[^"]*"', "", page)
    assert "default-src 'none'" in without_data
    assert not re.search(r"(src|href)=\"(https?:)?//", without_data)
    assert "@import" not in without_data
    assert "url(" not in without_data


def test_figures_are_inside_and_have_words(parsed):
    of_reads, of_libraries, of_quality, of_fits = 2, 2, 2, 3 + 2
    assert len(parsed.pictures) == of_reads + of_libraries + of_quality + of_fits
    for picture in parsed.pictures:
        assert picture["src"].startswith("data:image/svg+xml;base64,")
        assert len(picture["alt"]) > 20
        assert 300 < int(picture["width"]) < 1000


def test_only_the_date_differs_between_two_days(analysis, page):
    again = build_report(analysis, "2026-11-22")
    other = build_report(analysis, "2027-01-01")
    assert again == page
    differing = [a for a, b in zip(page.splitlines(), other.splitlines(), strict=True) if a != b]
    assert len(differing) == 1
    assert "2026-11-22" in differing[0]


def test_parameters_have_values_intervals_and_reasons(parsed):
    assert {"−4.25 kT", "−6.00 to −2.70", "−2.62", "(−3.70 to −1.66)", "−4.00", "above 0.80"} <= set(parsed.texts)
    assert "sorted bins do not tell the bounds" in parsed.texts


def test_fits_of_the_same_variants_are_compared(parsed):
    assert "Compared on the same 1,200 test variants of one, per observation, the best first" in parsed.texts
    assert {"−1.2345", "best", "0.500 ± 0.010", "−0.0200 ± 0.0040", "95 %: −0.0281 to −0.0119"} <= set(parsed.texts)


def test_methods_can_be_pasted(parsed):
    text = " ".join(parsed.texts)
    assert "78,000 of 82,676 reads (94.3%) were counted" in text
    assert "model.two: ridge 0.03, 12 splines" in text
    assert "cisphys 0.1.0, numpy 2.4.6, torch 2.13.0" in text
    assert "arXiv 2001.03560" in text


def test_an_analysis_of_tables_alone_has_no_reads(analysis):
    nothing = {"counted_runs": (), "runs_of_parts": (), "libraries": (), "filtered": (), "quality_figures": ("replicates",)}
    parsed = Page(build_report(dataclasses.replace(analysis, has_reads=False, **nothing), "2026-11-22"))
    assert {"reads", "libraries"}.isdisjoint(parsed.ids)
    assert "Filters of RNA and DNA counts" not in parsed.texts
    assert len(parsed.pictures) == 5


def test_an_analysis_of_association_runs_alone_has_fates_and_the_layout_check(analysis):
    parsed = Page(build_report(dataclasses.replace(analysis, counted_runs=(), runs_of_parts=()), "2026-11-22"))
    assert {"reads", "libraries"} <= set(parsed.ids)
    assert "Does the layout fit?" in parsed.texts
    assert "Cross-talk" not in parsed.texts
    assert not any("of 82,676 reads" in text and "counted per sequence" in text for text in parsed.texts)


def test_an_analysis_without_fits_still_reports_its_reads(analysis):
    parsed = Page(build_report(dataclasses.replace(analysis, fits=()), "2026-11-22"))
    assert "reads" in parsed.ids
    assert "fit-1" not in parsed.ids


def test_a_figure_that_is_missing_is_an_error(analysis, tmp_path):
    results = tmp_path / "results"
    shutil.copytree(analysis.results, results)
    (results / "figures" / "read_fates.svg").unlink()
    with pytest.raises(FileNotFoundError, match=r"read_fates\.svg"):
        build_report(dataclasses.replace(analysis, results=results), "2026-11-22")


def test_dictionary_knows_every_column_of_every_table(analysis):
    known = {entry.path: set(entry.columns) for entry in data_dictionary()}
    for path in sorted(analysis.results.rglob("*.tsv")):
        relative = path.relative_to(analysis.results)
        place = {"fits": "<fit>", "libraries": "<library>"}.get(relative.parts[0])
        name = (
            f"{relative.parts[0]}/{place}/{relative.name}"
            if place
            else relative.as_posix().replace("filters/two", "filters/<dataset>")
        )
        columns = {"p_<bin>" if column.startswith("p_") else column for column in _header(path)}
        assert columns <= known[name], path


def _header(path: Path) -> list[str]:
    return path.read_text().splitlines()[0].split("\t")


def test_dictionary_knows_every_figure_of_a_fit():
    figures = {name.removesuffix("_single") for name in FIT_FIGURES}
    known = {entry.path for entry in data_dictionary()}
    assert {f"figures/<fit>/{name}.{{svg,pdf,png}}" for name in figures} <= known


def test_dictionary_knows_every_key_of_the_summary():
    (entry,) = (entry for entry in data_dictionary() if entry.path.endswith("summary.json"))
    known = {key for keys in entry.columns for key in keys.split(", ")}
    assert set(made_up.summary("fit", {"one": 9})) <= known


def test_long_names_are_in_the_page_whole(parsed):
    assert all(any(name in text for text in parsed.texts) for name in made_up.LONG_NAMES)


def test_what_was_not_given_is_not_shown(analysis):
    of_another_run = {"figures/model.two/energy_matrices.svg", "fits/model.two/restarts.tsv"}
    assert of_another_run < analysis.given
    parsed = Page(build_report(dataclasses.replace(analysis, given=analysis.given - of_another_run), "2026-11-22"))
    assert {"fit-1-energies", "fit-1-starts", "fit-2-information"} <= set(parsed.ids)
    assert {"fit-2-energies", "fit-2-starts"}.isdisjoint(parsed.ids)


def test_nothing_to_check_has_no_page(analysis, tmp_path):
    results = tmp_path / "results"
    shutil.copytree(analysis.results, results)
    write_table(made_up.quality([], {}).iloc[:0], results / "qc.tsv")
    about = {"has_reads": False, "counted_runs": (), "runs_of_parts": (), "libraries": (), "filtered": (), "quality_figures": ()}
    parsed = Page(build_report(dataclasses.replace(analysis, results=results, **about), "2026-11-22"))
    assert "quality" not in parsed.ids
    assert "Every check" not in parsed.texts


def test_quality_is_told_whole_in_its_section_and_by_the_worst_in_the_overview(page):
    overview, _, rest = page.partition('<section id="reads"')
    section = rest.partition('<section id="quality"')[2].partition("</section>")[0]
    assert overview.count("the lowest of 12") == 2  # as something to look at, and in the table of all checks
    assert section.count("10 more reads would give about 3 more") == 12
    assert "Mutation rate, mean over positions" not in overview
    assert section.count("Too few data to tell") == 2
