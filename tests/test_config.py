"""Configs: what they become, and what is said about each mistake."""

import copy
import hashlib
from collections import OrderedDict
from pathlib import Path

import pytest
import yaml

from cisphys.config import config_sha256, load_settings
from cisphys.config_files import check_files
from cisphys.errors import InputError
from cisphys.quality.metrics import Limits
from cisphys.reads.merging import Merging
from cisphys.settings import (
    Bootstrap,
    Coverage,
    Experiment,
    FitSettings,
    Predictions,
    PublishedCounts,
    Reference,
    Simulation,
    Split,
    located,
)

ROOT = Path(__file__).parent.parent
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"
SHA = "0123456789abcdef" * 4

CONFIG = """\
version: 1
analysis: mine
runs: sheets/runs.tsv
samples: sheets/samples.tsv
conditions: [cAMP_uM]
layouts:
  pool: "sample[4]~1 ACGT variant[6]"
experiments:
  full: {variants: observed}
  tagged: {library: ../library.tsv}
  given:
    table: counts.csv.gz
    conditions: {cAMP_uM: 500}
models:
  lac: models/lac.yaml
fits:
  - model: lac
    experiments: [full, tagged]
    ridge: [0, 1]
    references:
      CRP: {name: Some 2010, path: crp.txt}
      RNAP:
        name: Others 2020
        url: https://example.org/files/rnap.txt
        sha256: SHA
        unit: kcal/mol
  - model: lac
    experiments: [given]
    label: early
    numbering: -75
""".replace("SHA", SHA)
MINIMAL = "version: 1\nanalysis: mine\nexperiments:\n  given: {table: counts.tsv}\n"


@pytest.fixture
def load(tmp_path):
    """Write a config file and load it, with what the command line adds; ``--config`` merges plain keys."""

    def load(text: str = CONFIG, **added):
        path = tmp_path / "config.yaml"
        path.write_text(text)
        return load_settings({**yaml.safe_load(text), **added}, path, SCHEMA)

    return load


@pytest.fixture
def refused(load, tmp_path):
    """Load a config that is wrong, and give the message without the path of its file."""

    def refused(text: str, **added) -> str:
        with pytest.raises(InputError) as caught:
            load(text, **added)
        return str(caught.value).replace(f"{tmp_path / 'config.yaml'}, ", "")

    return refused


def changed(old: str, new: str, text: str = CONFIG) -> str:
    assert text.count(old) == 1, f"{old!r} must stand in the config once"
    return text.replace(old, new)


# what a config becomes


def test_paths_start_at_the_folder_of_the_config(load, tmp_path):
    settings = load()
    assert settings.runs == tmp_path / "sheets/runs.tsv"
    assert settings.samples == tmp_path / "sheets/samples.tsv"
    assert settings.experiment("tagged").library == tmp_path.parent / "library.tsv"
    assert settings.experiment("given").table == tmp_path / "counts.csv.gz"
    assert settings.models == {"lac": tmp_path / "models/lac.yaml"}


def test_paths_below_the_working_directory_stay_relative(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert located(Path("config"), "../data/x.tsv") == Path("data/x.tsv")
    assert located(Path("config"), "../../x.tsv") == tmp_path.parent / "x.tsv"
    assert located(Path("config"), "/elsewhere/x.tsv") == Path("/elsewhere/x.tsv")
    assert located(tmp_path / "config", "x.tsv") == Path("config/x.tsv")


def test_without_a_file_paths_start_at_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_settings(yaml.safe_load(CONFIG), None, SCHEMA).runs == Path("sheets/runs.tsv")


def test_experiments(load):
    full, tagged, given = load().experiments
    assert full == Experiment("full", "observed")
    assert (tagged.kind, tagged.from_reads) == ("library", True)
    assert (given.kind, given.from_reads, given.conditions) == ("table", False, {"cAMP_uM": 500})


def test_fits(load, tmp_path):
    settings = load()
    assert settings.fits[0] == FitSettings(
        name="lac.full+tagged",
        model="lac",
        model_path=tmp_path / "models/lac.yaml",
        experiments=("full", "tagged"),
        label="full+tagged",
        restarts=5,
        ridge=(0.0, 1.0),
        spline=None,
        numbering=None,
        references=(Reference("CRP", "Some 2010", "kT", tmp_path / "crp.txt", None, None),),
        truth=False,
        measurement={"process": None, "noise": None, "width": "constant"},
    )
    assert settings.fit("lac.early") is settings.fits[1]
    assert settings.fit("lac.early").numbering == -75


def test_defaults(load):
    settings = load(MINIMAL)
    assert (settings.seed, settings.temperature_C, settings.device) == (1, 37, "auto")
    assert settings.split == Split(0.6, 0.2, 0.2)
    assert (settings.runs, settings.samples, settings.reads, settings.table) == (None, None, None, None)
    assert (settings.simulate, settings.published_counts, settings.fits, settings.layouts) == (None, None, (), {})
    assert settings.demultiplex_fastq is False


def test_observed_barcodes_and_merged_mates(load):
    assert load().experiment("full").cluster_ratio is None
    assert load().merging == Merging()
    text = changed("{variants: observed}", "{barcodes: observed, cluster_ratio: 4}").replace('pool: "', 'pool: {merged: "')
    settings = load(text.replace('variant[6]"', 'variant[6]"}') + "merge: {least_overlap: 20, mismatches: 0.1}\n")
    assert settings.merging == Merging(20, 0.1, 0.999)
    found = settings.experiment("full")
    assert (found.kind, found.cluster_ratio, found.from_reads) == ("barcodes", 4, True)


def test_layouts_are_parsed(load):
    layout = load().layouts["pool"]
    assert (layout.sample_length, layout.counted.name, layout.text) == (4, "variant", "sample[4]~1 ACGT variant[6]")


def test_simulation_and_published_counts(load, tmp_path):
    text = CONFIG + "simulate: {run: a, fit: ../fit, reads: 10}\n"
    text += "published_counts: {run: b, sources: s.tsv, base_url: 'http://localhost:80/'}\n"
    settings = load(text)
    assert settings.simulate == Simulation("a", tmp_path.parent / "fit", 10, 40000, 0.12, 0.001, 0.02)
    assert settings.published_counts == PublishedCounts("b", tmp_path / "s.tsv", "http://localhost:80")


def test_reads_and_table_start_at_the_working_directory(load, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    settings = load(reads="pool.fastq.gz", table="../counts.tsv")
    assert settings.reads == Path("pool.fastq.gz")
    assert settings.experiment("given").table == tmp_path / "counts.tsv"


def test_mappings_of_any_kind_are_taken(tmp_path):
    (tmp_path / "config.yaml").write_text(MINIMAL)
    config = OrderedDict(yaml.safe_load(MINIMAL), experiments=OrderedDict(given=OrderedDict(table="counts.tsv")))
    assert load_settings(config, tmp_path / "config.yaml", SCHEMA).experiment("given").kind == "table"


def test_the_given_config_is_not_changed(load, tmp_path):
    config = yaml.safe_load(CONFIG)
    before = copy.deepcopy(config)
    (tmp_path / "config.yaml").write_text(CONFIG)
    load_settings(config, tmp_path / "config.yaml", SCHEMA)
    assert config == before


@pytest.mark.parametrize(
    ("references", "names", "path", "url"),
    [
        (None, ["CRP"], None, None),
        ("download", ["CRP", "RNAP"], None, "https://example.org/files/rnap.txt"),
        ("refs", ["CRP", "RNAP"], "refs/rnap.txt", "https://example.org/files/rnap.txt"),
    ],
)
def test_references_by_url_are_used_when_told_to(load, monkeypatch, tmp_path, references, names, path, url):
    monkeypatch.chdir(tmp_path)
    found = load(references=references).fits[0].references
    assert [reference.site for reference in found] == names
    if "RNAP" in names:
        assert found[1] == Reference("RNAP", "Others 2020", "kcal/mol", Path(path) if path else None, url, SHA)
        assert found[1].file == "rnap.txt"
    assert found[0].file == "crp.txt"


# mistakes


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("version: 1", "version: 2", "line 1: this config is of version 2, this program reads version 1. Update the program."),
        ("analysis: mine", "analysis: my/analysis", "line 2: analysis is the text 'my/analysis': names become file names"),
        ("analysis: mine", "analysis: ../mine", "line 2: analysis is the text '../mine'"),
        ("conditions: [cAMP_uM]", "condition: [cAMP_uM]", "line 5: unknown key 'condition' (did you mean 'conditions'?"),
        (
            "- model: lac\n    experiments: [full",
            "- modle: lac\n    experiments: [full",
            "line 17: unknown key 'modle' in fits > entry 1",
        ),
        ("  full: {", "  fu.ll: {", "line 9: experiments > fu.ll is the text 'fu.ll': names become file names"),
        ("  full: {", "  'a b': {", "line 9: experiments > a b is"),
        ("label: early", "label: a/b", "line 29: fits > entry 2 > label is the text 'a/b': names become file names"),
        ("sample[4]~1", "sampel[4]", "line 7: layout 'pool', column 1: unknown element 'sampel' (did you mean 'sample'?"),
        (
            "{variants: observed}",
            "{}",
            "line 9: experiment 'full' does not say what its variants are known from. Give exactly one of",
        ),
        ("{variants: observed}", "{variants: }", "line 9: experiment 'full' does not say"),
        ("{variants: observed}", "{variants: seen}", "line 9: experiments > full > variants cannot be the text 'seen'"),
        ("{variants: observed}", "{variants: observed, library: x}", "line 9: experiment 'full' says both variants and library"),
        (
            "{library: ../library.tsv}",
            "{library: a, cluster_ratio: 5}",
            "line 10: experiment 'tagged' has a cluster_ratio, but its library says which barcodes there are. Leave it out",
        ),
        (
            "{variants: observed}",
            "{variants: observed, cluster_ratio: 5}",
            "line 9: experiment 'full' has a cluster_ratio, but its reads hold variants. Leave it out: it is for `barcodes: obs",
        ),
        (
            "{variants: observed}",
            "{barcodes: observed, cluster_ratio: 0.5}",
            "line 9: experiments > full > cluster_ratio must be",
        ),
        ("{variants: observed}", "{barcodes: observed, library: x}", "line 9: experiment 'full' says both barcodes and library"),
        (
            "{library: ../library.tsv}",
            "{library: a, conditions: {cAMP_uM: 1}}",
            "line 10: experiment 'tagged' comes from reads, so",
        ),
        ("{cAMP_uM: 500}", "{camp_uM: 500}", "line 13: condition 'camp_uM' is not declared (did you mean 'cAMP_uM'?"),
        (
            "{cAMP_uM: 500}",
            "{cAMP_uM: [1]}",
            "line 13: experiments > given > conditions > cAMP_uM must be a number or text, not a list",
        ),
        (
            "table: counts.csv.gz",
            "table:",
            "line 11: experiment 'given' starts from a table that is not given. Add --config table=PATH",
        ),
        ("runs: sheets/runs.tsv\n", "", "line 3: `samples` is given, but `runs` is not"),
        ("samples: sheets/samples.tsv\n", "", "line 3: `runs` is given, but `samples` is not"),
        (
            "- model: lac\n    experiments: [full",
            "- model: alc\n    experiments: [full",
            "line 17: model 'alc' is not under `models` (",
        ),
        (
            "[full, tagged]",
            "[full, taged]",
            "line 18: experiment 'taged' is not under `experiments` (did you mean 'tagged'? Valid: full,",
        ),
        ("[full, tagged]", "[full, full]", "line 18: fits > entry 1 > experiments names the text 'full' twice"),
        ("[full, tagged]", "[]", "line 18: fits > entry 1 > experiments must hold at least 1 entry"),
        (
            "[given]\n    label: early",
            "[full, tagged]",
            "line 27: there are two fits called 'lac.full+tagged'. Give one of them another `label`",
        ),
        ("label: early", "label: full+tagged", "line 27: there are two fits called 'lac.full+tagged'"),
        ("numbering: -75", "numbering: 0", "line 30: numbering 0 does not exist: -1 is followed by +1"),
        ("numbering: -75", "truth: true", "line 30: there is no truth to compare with: nothing is simulated"),
        (
            "numbering: -75",
            "measurement: {process: continuous, noise: multinomial}",
            "line 30: the noise 'multinomial' does not go with continuous. Take gaussian, cauchy, skewed_t",
        ),
        ("numbering: -75", "measurement: {noise: poisson}", "line 30: fits > entry 2 > measurement > noise cannot be"),
        ("numbering: -75", "spline: [3]", "line 30: fits > entry 2 > spline > entry 1 must be at least 4, not 3"),
        (
            "numbering: -75",
            "ridge: [1e-3]",
            "line 30: fits > entry 2 > ridge > entry 1 must be a number, not the text '1e-3' (write 0.001",
        ),
        ("path: crp.txt", "unit: kT", "line 21: the reference of site 'CRP' needs a path or a url, and not both"),
        ("path: crp.txt", "path: a, url: http://a/b", "line 21: the reference of site 'CRP' needs a path or a url, and not both"),
        (f"        sha256: {SHA}\n", "", "line 22: the reference of site 'RNAP' has a url but no sha256"),
        (SHA, "abc", "line 25: fits > entry 1 > references > RNAP > sha256 is the text 'abc': a SHA-256 has 64 digits"),
        ("files/rnap.txt", "files/", "line 24: fits > entry 1 > references > RNAP > url is the text"),
        (
            "unit: kcal/mol",
            "unit: kcal",
            "line 26: fits > entry 1 > references > RNAP > unit cannot be the text 'kcal' (did you mean 'kcal/mol'?",
        ),
    ],
)
def test_each_mistake_names_its_line(refused, old, new, message):
    assert refused(changed(old, new)).startswith(message)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("device: gpu", "line 31: device cannot be the text 'gpu'"),
        ("seed: -1", "line 31: seed must be at least 0, not -1"),
        ("temperature_C: -300", "line 31: temperature_C must be more than -273.15, not -300"),
        ("split: {test: 0.5}", "line 31: the split's shares must sum to 1, not 1.3 (training 0.6, validation 0.2, test 0.5)"),
        ("split: {test: 0, training: 0.8}", "line 31: split > test must be more than 0, not 0"),
        ("demultiplex:\n  fastq: maybe", "line 32: demultiplex > fastq must be true or false, not the text 'maybe'"),
        ("simulate:\n  run: pool", "line 31: key 'fit' is missing in simulate: Folder of the saved fit"),
        ("simulate: {run: a, fit: f, junk: 1}", "line 31: simulate > junk must be less than 1, not 1"),
        (
            "simulate: {run: a, fit: f}\npublished_counts:\n  run: a\n  sources: s",
            "line 33: run 'a' is both simulated and made from published counts",
        ),
        ("merge: {least_overlap: 20}", "line 31: `merge` says how mates are merged, but no layout reads the merged mates. Write"),
        ("merge: {mismatches: 0.6}", "line 31: merge > mismatches must be at most 0.5, not 0.6"),
        ("analysis: other", "line 31: key 'analysis' is there twice, first on line 2"),
    ],
)
def test_each_mistake_of_a_further_key_names_its_line(refused, more, message):
    assert refused(f"{CONFIG}{more}\n").startswith(message)


@pytest.mark.parametrize("key", ["reads: x.fastq", "simulate: {run: a, fit: f}", "published_counts: {run: a, sources: s}"])
def test_reads_need_a_run_sheet(refused, key):
    name = key.partition(":")[0]
    assert refused(f"{MINIMAL}{key}\n").startswith(f"line 5: `{name}` is about a run, but `runs` is not given")


def test_experiments_from_reads_need_sheets(refused):
    text = changed("{table: counts.tsv}", "{variants: observed}", MINIMAL)
    assert refused(text).startswith("line 4: experiment 'given' comes from reads, but `runs` and `samples` are not given")


def test_predictions_are_by_all_fits_unless_some_are_named(load, tmp_path):
    found = load(
        f"{CONFIG}predictions:\n  all: {{sequences: a.fa}}\n  some: {{sequences: ../b.tsv, fits: [lac.early]}}\n"
    ).predictions
    assert found == {
        "all": Predictions(tmp_path / "a.fa", ("lac.full+tagged", "lac.early")),
        "some": Predictions(tmp_path.parent / "b.tsv", ("lac.early",)),
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            f"{CONFIG}predictions:\n  a:\n    sequences: a.fa\n    fits: [lac.erly]\n",
            "line 34: there is no fit called 'lac.erly' (did you",
        ),
        (f"{MINIMAL}predictions: {{a: {{sequences: a.fa}}}}\n", "line 5: there are no fits that could predict anything"),
        (f"{CONFIG}predictions: {{a: {{}}}}\n", "line 31: key 'sequences' is missing in predictions > a"),
        (
            f"{CONFIG}predictions: {{a.b: {{sequences: a.fa}}}}\n",
            "line 31: predictions > a.b is the text 'a.b': names become",
        ),
    ],
)
def test_predictions_that_cannot_be_made(refused, text, message):
    assert refused(text).startswith(message)


def test_missing_sequences_to_predict(load, tmp_path):
    (tmp_path / "counts.tsv").touch()
    (tmp_path / "net.yaml").touch()
    text = f"{MINIMAL}models: {{net: net.yaml}}\nfits: [{{model: net, experiments: [given]}}]\n"
    with pytest.raises(InputError, match=r"line 7: there is no .*a\.fa"):
        check_files(load(f"{text}predictions: {{a: {{sequences: a.fa}}}}\n"))


def test_no_experiments_at_all(refused):
    assert refused("version: 1\nanalysis: mine\nexperiments: {}\n").startswith("line 3: experiments must hold at least 1 entry")
    assert refused("version: 1\nanalysis: mine\n").startswith("line 1: key 'experiments' is missing")


def test_a_missing_table_says_where_it_is_found(refused):
    text = changed("table: counts.tsv", "table: , origin: the example data of mavenn", MINIMAL)
    assert refused(text).endswith("Add --config table=PATH to the command (origin: the example data of mavenn).")


def test_table_needs_one_experiment_that_starts_from_one(refused):
    two = f"{MINIMAL}  other: {{table: x.tsv}}\n"
    none = changed("    table: counts.csv.gz\n    conditions: {cAMP_uM: 500}", "    variants: observed")
    words = "--config table: `table` stands in for the table of the only experiment that starts from one, and there"
    assert refused(two, table="t.tsv").startswith(f"{words} are 2 (given, other)")
    assert refused(none, table="t.tsv").startswith(f"{words} is none")
    assert "`table` names 'elsewhere', which is no experiment that starts from a table" in refused(
        two, table={"elsewhere": "t.tsv"}
    )


def test_several_tables_from_the_command_line(load):
    text = changed("table: counts.tsv", "table: ", MINIMAL) + "  other: {table: }\n"
    settings = load(text, table={"given": "a.tsv", "other": "b.tsv"})
    assert [experiment.table for experiment in settings.experiments] == [Path("a.tsv"), Path("b.tsv")]
    assert settings.table_is_given_for("other")


@pytest.mark.parametrize(
    ("added", "message"),
    [
        ({"sede": 7}, "--config sede: unknown key 'sede' (did you mean 'seed'?"),
        ({"seed": "x"}, "--config seed: seed must be a whole number, not the text 'x'"),
        ({"version": 3}, "--config version: this config is of version 3"),
    ],
)
def test_a_mistake_on_the_command_line_is_told_as_such(refused, added, message):
    assert refused(CONFIG, **added).startswith(message)


# files


def test_missing_files_are_named_with_their_lines(load, tmp_path):
    for name in ("sheets/runs.tsv", "sheets/samples.tsv", "models/lac.yaml", "../library.tsv", "crp.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    with pytest.raises(InputError, match=r"config.yaml, line 12: there is no .*counts\.csv\.gz\. Check the path"):
        check_files(load())
    (tmp_path / "counts.csv.gz").touch()
    check_files(load())
    for name, line in (("sheets/runs.tsv", 3), ("models/lac.yaml", 15), ("../library.tsv", 10), ("crp.txt", 21)):
        (tmp_path / name).unlink()
        with pytest.raises(InputError, match=f"line {line}: there is no "):
            check_files(load())
        (tmp_path / name).touch()


@pytest.mark.parametrize("added", [{"table": "none.tsv"}, {"references": "nowhere"}])
def test_missing_files_of_the_command_line_are_told_as_such(load, tmp_path, added):
    for name in ("sheets/runs.tsv", "sheets/samples.tsv", "models/lac.yaml", "../library.tsv", "crp.txt", "counts.csv.gz"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    with pytest.raises(InputError, match=f"^--config {next(iter(added))}: there is no "):
        check_files(load(**added))


def test_missing_fit_and_sources(load, tmp_path):
    (tmp_path / "runs.tsv").touch()
    text = MINIMAL + "runs: runs.tsv\nsamples: runs.tsv\n"
    with pytest.raises(InputError, match=r"line 7: there is no .*fit"):
        check_files(load(f"{text}simulate: {{run: a, fit: fit}}\n"))
    with pytest.raises(InputError, match=r"line 8: there is no .*s\.tsv"):
        check_files(load(f"{text}published_counts:\n  sources: s.tsv\n  run: a\n"))


# hash


@pytest.fixture
def hashed(load, tmp_path):
    """Give the hash of one fit of a config; the model file holds `model`."""

    def hashed(text: str = CONFIG, fit: int = 0, model: str = "sites: {}", **added) -> str:
        (tmp_path / "models").mkdir(exist_ok=True)
        (tmp_path / "models/lac.yaml").write_text(model)
        settings = load(text, **added)
        return config_sha256(settings, settings.fits[fit])

    return hashed


def test_hash_is_that_of_the_canonical_json(hashed):
    said = (
        '{"experiments":[["full","observed",{}],["tagged","library",{}]],"fit":{"measurement":{"noise":null,'
        '"process":null,"width":"constant"},"restarts":5,"ridge":[0.0,1.0],"spline":null},'
        '"model":"sites: {}","seed":1,"split":{"test":0.2,"training":0.6,"validation":0.2},"temperature_C":37.0}'
    )
    assert hashed() == hashlib.sha256(said.encode()).hexdigest()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("analysis: mine", "analysis: other"),
        ("crp.txt", "other.txt"),
        ("../library.tsv", "elsewhere/library.tsv"),
        ("ridge: [0, 1]", "ridge: [0.0, 1.0]"),
        ("ridge: [0, 1]", "ridge: [0, 1]\n    restarts: 5"),
        ("numbering: -75", "numbering: 1"),
    ],
)
def test_hash_holds_while_the_fit_is_the_same(hashed, old, new):
    assert hashed(changed(old, new)) == hashed()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ridge: [0, 1]", "ridge: [0, 2]"),
        ("ridge: [0, 1]", "restarts: 6"),
        ("ridge: [0, 1]", "spline: [8]"),
        ("[full, tagged]", "[full]"),
        ("{library: ../library.tsv}", "{variants: observed}"),
        ("version: 1", "version: 1\nseed: 2"),
        ("version: 1", "version: 1\ntemperature_C: 30"),
        ("version: 1", "version: 1\nsplit: {training: 0.5, validation: 0.3}"),
    ],
)
def test_hash_changes_with_all_that_decides_the_fit(hashed, old, new):
    assert hashed(changed(old, new)) != hashed()


def test_bootstrap(load, refused):
    assert load().fit("lac.early").bootstrap == Bootstrap(0, "variants", "warm", 1)

    def asking(said):
        return changed("    label: early", f"    label: early\n    bootstrap: {{{said}}}")

    found = load(asking("replicates: 200, unit: reads, start: cold, jobs: 8")).fit("lac.early").bootstrap
    assert found == Bootstrap(200, "reads", "cold", 8)
    assert "19 replicates tell nothing of a spread" in refused(asking("replicates: 19"))
    assert "20 replicates cannot be shared by 21 jobs" in refused(asking("replicates: 20, jobs: 21"))
    assert "cannot be the text 'hot'" in refused(asking("start: hot"))
    noise = asking("replicates: 20, unit: reads}\n    measurement: {noise: dirichlet_multinomial")
    assert "those of one variant depend on one another" in refused(noise)


def test_coverage(load, refused):
    def asking(said):
        return changed("    label: early", f"    label: early\n    coverage: {said}")

    assert load().fit("lac.early").coverage == Coverage(0, 1)
    assert load(asking("100")).fit("lac.early").coverage == Coverage(100, 1)
    assert load(asking("")).fit("lac.early").coverage == Coverage(0, 1)
    assert load(asking("{simulations: 40, jobs: 40}")).fit("lac.early").coverage == Coverage(40, 40)
    assert load(asking("{jobs: 1}")).fit("lac.early").coverage == Coverage(0, 1)
    for few in ("19", "{simulations: 19}"):
        assert "19 simulations cannot tell an interval that holds 95 % of the time" in refused(asking(few))
    assert "20 simulations cannot be shared by 21 jobs" in refused(asking("{simulations: 20, jobs: 21}"))
    assert "coverage must be at least 0, not -1" in refused(asking("-1"))
    assert "coverage must be a whole number or a group of keys, not true" in refused(asking("true"))
    assert "coverage must be a whole number or a group of keys, not the text 'many'" in refused(asking("many"))
    assert "coverage must be a whole number or a group of keys, not 20.5" in refused(asking("20.5"))
    assert "unknown key 'simulation' in" in refused(asking("{simulation: 20}"))


def test_published_values_and_separate_fits(load, refused):
    said = "separate: true\n    published: {i.A.B: [{name: Some 1999, value: -3}, {name: Others, value: 1, unit: kcal/mol}]}"
    fit = load(changed("    ridge: [0, 1]", f"    {said}")).fits[0]
    assert fit.separate
    assert [(each.name, each.source, each.value, each.unit) for each in fit.published] == [
        ("i.A.B", "Some 1999", -3.0, "kT"),
        ("i.A.B", "Others", 1.0, "kcal/mol"),
    ]
    alone = changed("    label: early", "    label: early\n    separate: true")
    assert "`separate` is about a fit of several experiments, and this one is of one" in refused(alone)


def test_hash_changes_with_the_model_and_the_conditions(hashed):
    assert hashed(model="sites: {CRP: {}}") != hashed()
    assert hashed(changed("cAMP_uM: 500", "cAMP_uM: 0"), fit=1) != hashed(fit=1)


# the configs that are shipped

LAC = [*(f"lac_thermodynamic.full-{cells}" for cells in ("wt", "500", "150")), "lac_by_cAMP.six"]


@pytest.mark.parametrize(
    ("name", "added", "fits"),
    [
        ("config", {}, ["lac_thermodynamic.sim"]),
        ("lac_sortseq", {}, LAC[:1]),
        ("lac_sortseq", {"references": "download", "reads": "pool.fastq.gz"}, LAC[:1]),
        ("lac_six", {"references": "download", "reads": "pool.fastq.gz"}, LAC),
        (
            "mavenn_sortseq",
            {"table": "sortseq_data.csv.gz"},
            [f"lac_{kind}.full-wt" for kind in ("thermodynamic", "thermodynamic_extended", "kinetic", "additive", "blackbox")],
        ),
    ],
)
def test_shipped_configs_are_right(name, added, fits):
    path = ROOT / f"config/{name}.yaml"
    settings = load_settings({**yaml.safe_load(path.read_text()), **added}, path, SCHEMA)
    assert [fit.name for fit in settings.fits] == fits
    assert settings.fits[0].numbering == -75
    assert len(settings.fits[0].references) == (2 if "references" in added else 0)


def test_shipped_configs_of_other_measurements_are_right():
    tables = {"mpsa": "t.csv", "cre_mpra": {"forskolin_0": "a.csv", "forskolin_100": "b.csv"}}
    found = {}
    for name, table in tables.items():
        path = ROOT / f"config/{name}.yaml"
        found[name] = load_settings({**yaml.safe_load(path.read_text()), "table": table}, path, SCHEMA)
    assert [fit.name for fit in found["mpsa"].fits] == [f"splice_{kind}.BRCA2" for kind in ("additive", "neighbour", "site")]
    assert [fit.label for fit in found["cre_mpra"].fits] == ["forskolin_0"] * 2 + ["forskolin_100"] * 2 + ["both"] * 2
    assert [dict(each.conditions) for each in found["cre_mpra"].experiments] == [{"forskolin_uM": 0.0}, {"forskolin_uM": 100.0}]


def test_mavenn_config_says_where_its_table_is_found():
    path = ROOT / "config/mavenn_sortseq.yaml"
    with pytest.raises(InputError, match=r"sortseq_data\.csv\.gz among the example data of the Python package mavenn"):
        load_settings(yaml.safe_load(path.read_text()), path, SCHEMA)


def test_limits_of_the_quality_check(load):
    settings = load(MINIMAL + "qc:\n  reads: {warn: 20000}\n")
    assert settings.qc["reads"] == Limits(20000, 100)
    assert settings.qc["barcodes_per_variant"] == Limits(5, None)


def test_limits_in_the_wrong_order(load):
    with pytest.raises(InputError, match=r"line 6: of 'reads', fail \(100\) is reached before warn \(50\)"):
        load(MINIMAL + "qc:\n  reads: {warn: 50}\n")
    with pytest.raises(InputError, match=r"of 'gini', fail \(0\.5\) is reached before warn \(0\.8\)"):
        load(MINIMAL + "qc: {gini: {fail: 0.5}}\n")
