"""Association reads: what is found in them, and the fate of each."""

import gzip

import pytest

from cisphys.association.calls import Thresholds
from cisphys.association.reading import AssociationRun, association_fates
from cisphys.errors import InputError
from cisphys.reads.fates import COUNTED
from cisphys.reads.layout import parse_layout

LAYOUT = parse_layout("GGG~1 barcode[4] * TTTT variant[5] CC", "assoc")
READS = [
    ("GGGACGTATTTTAAAAACC", "+" * 10 + "!" * 2 + "+IIII" + "+" * 2),
    ("gcgacgtTTTTaaaaaCCGG", "I" * 20),
    ("GGGACGTATTTTAAANACC", "I" * 19),
    ("GGGACGTATTATAAAAACC", "I" * 19),
    ("CCCACGTATTTTAAAAACC", "I" * 19),
    ("GGGACGTATTTTAAA", "I" * 15),
]


@pytest.fixture
def run(tmp_path):
    path = tmp_path / "a.fastq.gz"
    path.write_bytes(gzip.compress("".join(f"@r\n{s}\n+\n{q}\n" for s, q in READS).encode()))
    return AssociationRun("a", [path], LAYOUT)


def test_reads_and_their_fates(run):
    assert list(run) == [("ACGT", "AAAAA", "+IIII"), ("ACGT", "AAAAA", "IIIII")]
    assert association_fates("lib", [run]).values.tolist() == [
        ["a", "lib", "bad_length", 1],
        ["a", "lib", "constant_missing", 2],
        ["a", "lib", "has_n", 1],
        ["a", "lib", COUNTED, 2],
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("barcode[4]", "layout 'x' is that of an association run, and has no variant"),
        ("variant[4]", "layout 'x' is that of an association run, and has no barcode"),
        ("sample[4] barcode[4] variant[4]", "layout 'x' is that of an association run, and has a sample element"),
    ],
)
def test_layouts_that_tell_no_pairs(text, words):
    with pytest.raises(InputError, match=words):
        AssociationRun("a", [], parse_layout(text, "x"))


def test_the_thresholds_of_the_config_are_those_of_the_library():
    import yaml
    from test_library_config import SCHEMAS

    schema = yaml.safe_load((SCHEMAS / "config.schema.yaml").read_text())
    keys = schema["properties"]["libraries"]["additionalProperties"]["properties"]
    assert {name: keys[name]["default"] for name in vars(Thresholds())} == vars(Thresholds())
