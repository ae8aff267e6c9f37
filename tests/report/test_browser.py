"""The report in Debian's chromium, driven by Playwright: it opens without an error, and everything in it can be used."""

import re
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

import made_up
import pytest

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PAGES = ("overview", "reads", "libraries", "quality", "comparison", "fit-1", "fit-2", "methods", "files", "dictionary")

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium to open the report in")


@pytest.fixture(scope="module")
def opened(analysis, page, tmp_path_factory) -> str:
    """The report in its folder of results, as an address."""
    folder = tmp_path_factory.mktemp("opened") / "results"
    shutil.copytree(analysis.results, folder)
    (folder / "report.html").write_text(page)
    return (folder / "report.html").as_uri()


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright to drive chromium by")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture
def at(browser, opened):
    """Open a page of the report in a window of its own; at its end, nothing was said on the console or asked of a network."""
    said, contexts = [], []

    def go(page: str = "", **window):
        contexts.append(
            browser.new_context(**{"viewport": DESKTOP, "permissions": ["clipboard-read", "clipboard-write"], **window})
        )
        shown = contexts[-1].new_page()
        shown.on("console", lambda message: said.append(message.text))
        shown.on("pageerror", lambda error: said.append(str(error)))
        shown.on("dialog", lambda dialog: (said.append(f"dialog {dialog.message}"), dialog.dismiss()))
        shown.on(
            "request", lambda request: said.append(request.url) if urlsplit(request.url).scheme not in ("file", "data") else None
        )
        shown.goto(f"{opened}#{page}")
        return shown

    yield go
    for context in contexts:
        context.close()
    assert said == []


def first_column(shown, table: str) -> list[str]:
    return shown.locator(f"{table} tbody tr:visible td:first-child").all_inner_texts()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("window", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_fits_its_window(at, tmp_path, window, scheme):
    shown = at(viewport=window, color_scheme=scheme)
    for page in PAGES:
        shown.evaluate("page => { location.hash = page }", page)
        shown.wait_for_selector(f"#{page}:not([hidden])")
        assert shown.locator(".page:not([hidden])").count() == 1
        assert shown.evaluate("document.documentElement.scrollWidth") <= window["width"], page
        shot = tmp_path / f"{page}.png"
        shown.screenshot(path=shot)
        header = shot.read_bytes()[16:24]
        assert (int.from_bytes(header[:4], "big"), int.from_bytes(header[4:], "big")) == tuple(window.values())


def test_every_figure_loads(at):
    shown = at()
    widths = shown.evaluate("Array.from(document.images, image => image.complete * image.naturalWidth)")
    assert len(widths) == 13  # 11 figures, and a small one of each fit
    assert min(widths) > 100


def test_every_link_leads_somewhere(at):
    shown = at()
    links = shown.evaluate("Array.from(document.links, link => [link.getAttribute('href'), link.href])")
    for written, address in links:
        if written.startswith("#"):
            assert shown.locator(written).count() == 1, written
        else:
            assert Path(unquote(urlsplit(address).path)).is_file(), written


def test_pages_are_reached_by_keyboard_and_say_where_they_are(at):
    shown = at()
    link = shown.locator("#contents a", has_text="model.two")
    link.focus()
    shown.keyboard.press("Enter")
    shown.wait_for_selector("#fit-2:not([hidden])")
    assert shown.evaluate("document.activeElement.textContent").startswith("model.two")
    assert link.get_attribute("aria-current") == "page"
    shown.go_back()
    shown.wait_for_selector("#overview:not([hidden])")


def test_a_part_of_a_page_is_shown_where_its_address_is_opened(at):
    shown = at("fit-2-parameters")
    assert shown.locator("#fit-2").is_visible()
    assert 0 <= shown.locator("#fit-2-parameters").bounding_box()["y"] < 200


def test_the_contents_open_and_shut_on_a_phone(at):
    shown = at(viewport=PHONE)
    menu, contents = shown.get_by_role("button", name="Contents"), shown.locator("#contents")
    assert not contents.is_visible()
    menu.press("Enter")
    assert contents.is_visible()
    assert menu.get_attribute("aria-expanded") == "true"
    shown.keyboard.press("Escape")
    assert not contents.is_visible()
    menu.click()
    contents.get_by_text("Methods").click()
    shown.wait_for_selector("#methods:not([hidden])")
    assert not contents.is_visible()
    assert shown.locator(".where").inner_text() == "Methods"


def test_without_scripts_everything_is_shown(at):
    shown = at(java_script_enabled=False)
    assert all(shown.locator(f"#{page}").is_visible() for page in PAGES)
    assert not shown.locator(".tools").first.is_visible()


def test_tables_sort_and_say_so(at):
    shown = at("reads")
    heading = shown.locator("#reads table th").nth(1)
    given = first_column(shown, "#reads .table >> nth=0 >> table")
    seen = []
    for _ in range(3):
        heading.get_by_role("button").press("Enter")
        numbers = shown.locator("#reads table >> nth=0 >> tbody td:nth-child(2)").all_inner_texts()
        seen.append((heading.get_attribute("aria-sort"), numbers[0], numbers[-1]))
    assert seen[:2] == [("ascending", "740", "12,603"), ("descending", "12,603", "740")]
    assert seen[2][0] is None
    assert first_column(shown, "#reads .table >> nth=0 >> table") == given


def test_tables_sort_on_a_phone_where_headings_are_not_shown(at):
    shown = at("fit-1-parameters", viewport=PHONE)
    part = shown.locator("#fit-1-parameters")
    part.get_by_role("combobox").select_option("Value")
    values = part.locator("td:nth-child(3)").evaluate_all("cells => cells.map(cell => cell.textContent)")
    assert values == ["−4.25 kT", "1.50 kT", "–", "–"]


def test_tables_filter_and_say_how_many_rows_are_left(at):
    shown = at("reads")
    part = shown.locator("#reads .table").first
    part.get_by_role("searchbox").fill("SAMPLE_1")
    assert first_column(shown, "#reads .table >> nth=0 >> table") == ["sample_10", "sample_11", "sample_12"]
    assert part.get_by_role("status").inner_text() == "3 of 13 rows"
    part.get_by_role("searchbox").fill("<script>")
    assert part.get_by_role("status").inner_text() == "1 of 13 rows"
    part.get_by_role("searchbox").fill("")
    assert part.locator("tbody tr:visible").count() == 13


def test_figures_are_enlarged_by_keyboard(at):
    shown = at("fit-1")
    figure, dialog = shown.locator("#fit-1 a.zoom").first, shown.locator("dialog")
    figure.focus()
    shown.keyboard.press("Enter")
    assert dialog.is_visible()
    image = dialog.locator("img")
    assert image.get_attribute("alt") == figure.locator("img").get_attribute("alt")
    before = image.bounding_box()["width"]
    shown.keyboard.press("+")
    assert image.bounding_box()["width"] == pytest.approx(1.4 * before, rel=0.01)
    shown.keyboard.press("0")
    assert image.bounding_box()["width"] == pytest.approx(before, rel=0.01)
    shown.keyboard.press("n")
    assert image.get_attribute("alt") == shown.locator("#fit-1 a.zoom img").nth(1).get_attribute("alt")
    shown.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert shown.evaluate("document.activeElement.className") == "zoom"


def test_texts_and_tables_are_copied(at):
    shown = at("methods")
    shown.get_by_role("button", name="Copy the text").click()
    shown.wait_for_selector("text=Copied")
    assert shown.evaluate("navigator.clipboard.readText()").startswith("Reads were assigned to 12 samples")
    shown.get_by_role("button", name="Copy as BibTeX").click()
    shown.locator("button", has_text="Copied").nth(1).wait_for()
    assert shown.evaluate("navigator.clipboard.readText()").startswith("@article{Kinney2010,")
    shown.goto(shown.url.partition("#")[0] + "#fit-1-parameters")
    shown.locator("#fit-1-parameters .copy-table").click()
    shown.wait_for_selector("#fit-1-parameters >> text=Copied")
    lines = shown.evaluate("navigator.clipboard.readText()").splitlines()
    assert lines[0].split("\t")[:3] == ["Parameter", "Put in", "Value"]
    assert lines[1].split("\t")[1:4] == ["-4.00", "-4.25 kT", "-5.10 to -3.40"]


def test_names_do_not_run(at):
    shown = at()
    assert shown.evaluate("document.scripts.length") == 1
    assert shown.evaluate("document.querySelectorAll('[onerror], [onclick], [src=x]').length") == 0
    assert shown.title() == "lac & <friends> – cisphys report"
    assert shown.locator("#fit-1").get_by_text("A made-up promoter & its <sites>.").is_visible() is False
    assert any(
        made_up.LONG_NAMES[2] in words for words in shown.locator("img").evaluate_all("all => all.map(image => image.alt)")
    )


def test_paper_shows_all_pages(at, tmp_path):
    shown = at("fit-2")
    shown.emulate_media(media="print")
    assert all(shown.locator(f"#{page}").is_visible() for page in PAGES)
    assert not shown.locator("#contents").is_visible()
    assert not shown.locator(".copy-table").first.is_visible()
    assert shown.locator("#reads th button").first.is_visible()
    printed = shown.pdf(path=tmp_path / "report.pdf", format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) > len(PAGES)
