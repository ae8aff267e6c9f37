"""Models as YAML: what they declare, and each mistake with its line."""

import logging
from pathlib import Path

import numpy as np
import pytest
from promoters import LAC, THREE_SITES, TWO_SITES, spec_of

from cisphys.errors import InputError
from cisphys.models.language import load_spec
from cisphys.models.sites import Site

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "workflow" / "schemas" / "model.schema.yaml"


def load(folder, text):
    (folder / "model.yaml").write_text(text)
    return load_spec(folder / "model.yaml", SCHEMA)


def test_what_a_model_declares(tmp_path):
    spec = load(tmp_path, TWO_SITES)
    assert spec.sites == (Site("A", 2, 8, "+", "dose", True), Site("P", 10, 16, "-", None, True))
    assert [len(site) for site in spec.sites] == [6, 6]
    assert spec.interaction_names == ("A.P",)
    np.testing.assert_array_equal(spec.bound(), [[0, 0], [1, 0], [0, 1], [1, 1]])
    np.testing.assert_array_equal(spec.interacting(), [[0], [0], [0], [1]])
    np.testing.assert_array_equal(spec.transcribing(), [False, False, True, True])


def test_states_of_three_sites():
    spec = spec_of(THREE_SITES)
    np.testing.assert_array_equal(spec.bound(), [[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, 1]])
    np.testing.assert_array_equal(spec.interacting().T, [[0, 0, 0, 1, 0]])


def test_the_shipped_lac_model():
    spec = load_spec(ROOT / "config" / "models" / "lac_thermodynamic.yaml", SCHEMA)
    assert [(site.name, site.start, site.stop) for site in spec.sites] == [("CRP", 1, 27), ("RNAP", 34, 75)]
    assert spec.variant_length == 75
    assert spec.transcribes == ("RNAP", "CRP+RNAP")


def test_sites_may_be_said_to_be_strengthened_by_mutations(tmp_path):
    spec = load(tmp_path, LAC.replace("stop: 5}", "stop: 5, mutants: strengthen}"))
    assert [site.mutants_weaken for site in spec.sites] == [False, True]


@pytest.mark.parametrize("key", ["strand", "mutants", "chemical_potential"])
def test_a_key_left_empty_has_its_default_with_and_without_the_schema(tmp_path, key):
    text = LAC.replace("stop: 5}", f"stop: 5, {key}: }}")
    assert load(tmp_path, text).sites == spec_of(text).sites == spec_of(LAC).sites


def test_interactions_left_empty_are_none():
    assert spec_of(LAC.replace("interactions:\n  - [CRP, RNAP]", "interactions:")).interactions == ()


# line 4: site CRP, 5: site RNAP, 7: the interaction, 9-12: the states, 13: transcribes
@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("RNAP: [RNAP]", "RNAP: [RNPA]", 11, "state 'RNAP' names 'RNPA', which is no site (did you mean 'RNAP'?"),
        ("[RNAP, CRP+RNAP]", "[RNAP, CRP_RNAP]", 13, "'CRP_RNAP' transcribes but is no state (did you mean 'CRP+RNAP'?"),
        ("- [CRP, RNAP]", "- [CRP, RNA]", 7, "interaction CRP - RNA names 'RNA', which is no site (did you mean 'RNAP'?"),
        ("  CRP+RNAP: [CRP, RNAP]\ntranscribes: [RNAP, CRP+RNAP]", "transcribes: [RNAP]", 7, "no state binds both CRP and RNAP"),
        ("- [CRP, RNAP]", "- [CRP, RNAP]\n  - [RNAP, CRP]", 6, "interaction 'CRP.RNAP' is given twice"),
        ("CRP+RNAP: [CRP, RNAP]", "CRP+RNAP: [CRP, RNAP]\n  twin: [RNAP, CRP]", 13, "'CRP+RNAP' and 'twin' bind the same sites"),
        ("[RNAP, CRP+RNAP]", "[empty, CRP, RNAP, CRP+RNAP]", 13, "all states transcribe alike"),
        ("stop: 5", "stop: 1", 4, "site 'CRP' stops at 1, which is not after its start 1"),
        ("stop: 9}", "stop: 9}\n  Fis: {start: 0, stop: 2}", 6, "no state binds site 'Fis'"),
        ("stop: 5", "stop: 5, strnad: '+'", 4, "unknown key 'strnad' in sites > CRP (did you mean 'strand'?"),
        ("interactions:", "interaction:", 6, "unknown key 'interaction' (did you mean 'interactions'?"),
        ("type: thermodynamic", "type: kinetics", 2, "type cannot be the text 'kinetics' (did you mean 'kinetic'?"),
        ("CRP: [CRP]", "CRP: [CRP, CRP]", 10, "names the text 'CRP' twice"),
        ("version: 1", "version: 2", 1, "of version 2, this program reads version 1"),
    ],
)
def test_mistakes_are_named_with_file_and_line(tmp_path, old, new, line, words):
    assert old in LAC
    with pytest.raises(InputError) as caught:
        load(tmp_path, LAC.replace(old, new))
    assert f"{tmp_path / 'model.yaml'}, line {line}: " in str(caught.value)
    assert words in str(caught.value)


def test_overlap_of_sites_that_a_state_binds_together_is_warned_of(caplog):
    with caplog.at_level(logging.WARNING, "cisphys"):
        spec_of(LAC)
    assert caplog.messages == ["state 'CRP+RNAP' binds 'CRP' and 'RNAP', which share bases [4:5)"]


def test_overlap_is_seen_beyond_a_site_that_lies_within_another(caplog):
    text = """\
sites: {Long: {start: 0, stop: 20}, Within: {start: 2, stop: 4}, Later: {start: 6, stop: 9}}
states: {none: [], all: [Later, Within, Long]}
transcribes: [all]
"""
    with caplog.at_level(logging.WARNING, "cisphys"):
        spec_of(text)
    assert [message.split("which ")[1] for message in caplog.messages] == ["share bases [2:4)", "share bases [6:9)"]


def test_overlap_of_sites_that_exclude_each_other_is_fine(caplog):
    with caplog.at_level(logging.WARNING, "cisphys"):
        spec_of(THREE_SITES)  # P and R share a base
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("first_line", "length", "words"),
    [
        ("variant_length: 9", 9, None),
        ("wild_type: ACGTACGTA", 9, None),
        ("", 30, None),
        ("", 8, "site RNAP [4:9) reaches beyond the variants' 8 bases"),
        ("variant_length: 10", 9, "the variants have 9 bases, but the model's coordinates are for 10"),
        ("wild_type: ACGTACGTAC", 9, "the variants have 9 bases, but the model's coordinates are for 10"),
    ],
)
def test_length_of_the_variants(first_line, length, words):
    spec = spec_of(f"{first_line}\n{LAC}")
    if words is None:
        assert spec.check_length(length, "v.tsv") is None
    else:
        with pytest.raises(InputError) as caught:
            spec.check_length(length, "v.tsv")
        assert str(caught.value).startswith(f"v.tsv: {words}. ")


def test_wild_type_and_variant_length_that_contradict_each_other(tmp_path):
    with pytest.raises(InputError, match=r"model\.yaml, line 2: the wild type has 9 bases, but variant_length is 10"):
        load(tmp_path, f"variant_length: 10\nwild_type: ACGTACGTA\n{LAC}")
