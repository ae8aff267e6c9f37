"""The project as a module of another workflow, from an address or a folder; and the same bytes from the same seed."""

import re
import shutil

import pytest
from running import EXAMPLE, files_below, planned, served, snakemake

# the config of the user's own workflow holds that of cisphys at its top level, or below a key of its own
WORKFLOW = """\
configfile: "config/{config}"


module cisphys:
    snakefile: "{address}"
    config: {keys}


use rule * from cisphys as {prefix}*


rule my_own:
    default_target: True
    input:
        "results/example/report.html",
"""


@pytest.fixture
def elsewhere(project, tmp_path):
    """A folder with a user's config and the fit to simulate from, and nothing else of the project."""
    folder = tmp_path / "user"
    shutil.copytree(project / "config", folder / "config")
    shutil.copytree(project / "resources", folder / "resources")
    (folder / "config/config.yaml").unlink()
    return folder


def without_date(path: str, content: bytes):
    """Return the lines of the report without those that hold a date, and the number of those; other files as they are."""
    if path != "report.html":
        return content
    lines = content.decode().splitlines()
    kept = [line for line in lines if not re.search(r"\b20\d\d-\d\d-\d\d\b", line)]
    return kept, len(lines) - len(kept)


@pytest.mark.slow
def test_hosted_workflow_gives_the_same_bytes(project, finished, elsewhere):
    with served(project) as address:
        text = WORKFLOW.format(config="small.yaml", address=f"{address}/Snakefile", keys="config", prefix="")
        (elsewhere / "Snakefile").write_text(text)
        done = snakemake(elsewhere, "--cores", 2)
        assert done.code == 0, done.output
        assert planned(snakemake(elsewhere, "-n")) == {}
    expected, found = (files_below(folder / "results/example") for folder in (finished, elsewhere))
    assert expected.keys() == found.keys()
    assert [path for path in expected if without_date(path, found[path]) != without_date(path, expected[path])] == []
    assert without_date("report.html", found["report.html"])[1] == 1


def test_local_folder_as_a_module_with_a_config_of_its_own(project, elsewhere):
    small = (elsewhere / "config/small.yaml").read_text()
    (elsewhere / "config/mine.yaml").write_text("other: 1\ncisphys:\n" + re.sub("(?m)^", "  ", small))
    text = WORKFLOW.format(config="mine.yaml", address=project / "Snakefile", keys='config["cisphys"]', prefix="cis_")
    (elsewhere / "Snakefile").write_text(text)
    plan = planned(snakemake(elsewhere, "-n"))
    assert set(plan) == {f"cis_{rule}" for rule in EXAMPLE} | {"my_own"}
    assert plan["cis_fit_model"] == 1
