"""The report in Debian's chromium: no error on the console, tables that sort, no sideways scrolling of the page."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
]

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium to open the report in")


@pytest.fixture(scope="module")
def opened(analysis, page, tmp_path_factory) -> Path:
    """The report in its folder of results."""
    folder = tmp_path_factory.mktemp("opened") / "results"
    shutil.copytree(analysis.results, folder)
    (folder / "report.html").write_text(page)
    return folder / "report.html"


def browse(report: Path, profile: Path, *options: str) -> subprocess.CompletedProcess:
    """Open a page and return what the browser said."""
    command = [BROWSER, *QUIET, f"--user-data-dir={profile}", "--enable-logging=stderr", *options, report.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)


def with_script(report: Path, name: str, script: str) -> Path:
    """Return a copy of the report beside it that runs one more script."""
    copy = report.with_name(name)
    copy.write_text(report.read_text().replace("</body>", f"<script>{script}</script></body>"))
    return copy


@pytest.mark.parametrize(("width", "height"), [(1400, 2000), (500, 2000)], ids=["desktop", "phone"])
def test_opens_without_an_error(opened, tmp_path, width, height):
    shot = tmp_path / "shot.png"
    said = browse(opened, tmp_path / "profile", f"--screenshot={shot}", f"--window-size={width},{height}")
    assert not re.findall(r"CONSOLE.*", said.stderr)
    header = shot.read_bytes()[16:24]
    assert (int.from_bytes(header[:4], "big"), int.from_bytes(header[4:], "big")) == (width, height)


@pytest.mark.parametrize("width", [1400, 800, 500])
def test_page_is_no_wider_than_the_window_and_figures_load(opened, tmp_path, width):
    script = """document.title = [document.documentElement.scrollWidth <= window.innerWidth,
        Array.from(document.images).every(image => image.complete && image.naturalWidth > 100)].join()"""
    page = with_script(opened, "measured.html", f"window.addEventListener('load', () => {{ {script} }})")
    said = browse(page, tmp_path / "profile", "--dump-dom", f"--window-size={width},900")
    assert re.search(r"<title>(.*)</title>", said.stdout)[1] == "true,true"


def test_tables_sort_by_click_and_say_so(opened, tmp_path):
    script = """
    const table = document.querySelector("#reads table"), heading = table.querySelectorAll("th")[1];
    const seen = [];
    for (let click = 0; click < 2; click++) {
      heading.querySelector("button").click();
      const rows = Array.from(table.tBodies[0].rows);
      seen.push(heading.getAttribute("aria-sort"), rows[0].cells[1].textContent.trim(), rows.at(-1).cells[1].textContent.trim());
    }
    document.title = seen.join(" ")"""
    said = browse(with_script(opened, "sorted.html", script), tmp_path / "profile", "--dump-dom")
    assert re.search(r"<title>(.*)</title>", said.stdout)[1] == "ascending 740 12,603 descending 12,603 740"


def test_names_do_not_run(opened, tmp_path):
    script = "document.title = String(document.scripts.length)"
    said = browse(with_script(opened, "counted.html", script), tmp_path / "profile", "--dump-dom")
    assert re.search(r"<title>(.*)</title>", said.stdout)[1] == "2"
