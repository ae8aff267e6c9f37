"""The parts that a read is made of, and a layout: which part stands where on which read.

Lengths are in bases. Elements stand in the order and on the strand in which the sequencer reads them; `reverse` says that the
letters of an element are turned (reverse complement) before they are used.
"""

from dataclasses import dataclass
from math import prod
from typing import ClassVar

INTERLEAVED = "interleaved"  # stands for the files of read2 where those of read1 hold both mates in turn
MERGED = "merged"  # the one read that both mates are made into
NAMES = ("header", "name")  # what is read from the name of a record
READS = ("read1", "read2", "index1", "index2", *NAMES, MERGED)
IUPAC = {
    **{base: base for base in "ACGT"},
    "R": "AG",
    "Y": "CT",
    "S": "CG",
    "W": "AT",
    "K": "GT",
    "M": "AC",
    "B": "CGT",
    "D": "AGT",
    "H": "ACT",
    "V": "ACG",
    "N": "ACGTN",
    "+": "+",
}
LONGEST_UMI = 31  # bases of UMIs that are corrected: they fit into one number
UNLIMITED = 1 << 30  # the longest length of variant[1-]
_TURNED = str.maketrans("ACGTRYSWKMBDHVN", "TGCAYRSWMKVHDBN")


def turned(letters: str) -> str:
    """Give the reverse complement of capital letters, IUPAC codes included."""
    return letters.translate(_TURNED)[::-1]


@dataclass(frozen=True)
class Quality:
    """What the bases of an element must reach: each a Phred quality of `least`, together at most `errors` expected errors."""

    least: int = 0
    errors: float | None = None

    def __bool__(self) -> bool:
        return self.least > 0 or self.errors is not None


NO_LIMIT = Quality()


@dataclass(frozen=True)
class Span:
    """Bases that differ between reads, `least` to `length` of them (without `least`: exactly `length`).

    `n_differs`: a letter other than A, C, G, T is a mismatch, where without it the whole read is not counted.
    """

    length: int
    mismatches: int = 0
    least: int | None = None
    reverse: bool = False
    quality: Quality = NO_LIMIT
    n_differs: bool = False
    name: ClassVar[str] = ""

    def __post_init__(self):
        if self.least is None:
            object.__setattr__(self, "least", self.length)

    @property
    def fixed(self) -> bool:
        """Whether it has one length only."""
        return self.least == self.length

    @property
    def range(self) -> str:
        """Its length as in a layout: ``16``, ``16-20`` or ``16-``."""
        return f"{self.length}" if self.fixed else f"{self.least}-{'' if self.length == UNLIMITED else self.length}"


class Sample(Span):
    """The index that tells which sample a read is from, give or take `mismatches`."""

    name = "sample"


class Barcode(Span):
    """Bases that stand for a variant; a library says which, give or take `mismatches`. Counted."""

    name = "barcode"


class Variant(Span):
    """The sequence under study itself. Counted."""

    name = "variant"


class Umi(Span):
    """Random bases, the same in all copies of one molecule; with a mismatch, those of misread copies are corrected."""

    name = "umi"


class Skip(Span):
    """Bases that are passed over."""


@dataclass(frozen=True)
class Constant:
    """Bases (IUPAC codes) that are the same in every read, give or take `mismatches`."""

    letters: str
    mismatches: int = 0

    @property
    def length(self) -> int:
        """The number of bases."""
        return len(self.letters)

    @property
    def least(self) -> int:
        """The number of bases, as for elements of several lengths."""
        return len(self.letters)

    @property
    def plain(self) -> bool:
        """Whether it holds A, C, G, T only."""
        return set(self.letters) <= set("ACGT")


@dataclass(frozen=True)
class Gap:
    """Any number of bases, also none: the constant that follows is searched for."""

    length: ClassVar[int] = 0
    least: ClassVar[int] = 0


Element = Span | Constant | Gap


@dataclass(frozen=True)
class Line:
    """The elements of one read (of `READS`) from 5' to 3'; `reverse`: of its reverse complement. The read may go on."""

    read: str
    elements: tuple[Element, ...]
    reverse: bool = False

    @property
    def minimal_length(self) -> int:
        """Bases of the shortest read that the line fits."""
        return sum(element.least for element in self.elements)


@dataclass(frozen=True)
class Layout:
    """What the reads of one cluster hold: `lines`, tested in this order. `text` is the layout as `parse_layout` reads it."""

    name: str
    text: str
    lines: tuple[Line, ...]

    @property
    def elements(self) -> tuple[Element, ...]:
        """The elements of all lines, in the order in which they are tested."""
        return tuple(element for line in self.lines for element in line.elements)

    @property
    def samples(self) -> tuple[Sample, ...]:
        """The elements that together tell samples apart; none where a whole run is one sample."""
        return tuple(element for element in self.elements if isinstance(element, Sample))

    @property
    def sample(self) -> Sample | None:
        """The first of `samples`, or None."""
        return next(iter(self.samples), None)

    @property
    def has_sample(self) -> bool:
        """Whether reads carry the index of their sample."""
        return self.sample is not None

    @property
    def sample_length(self) -> int:
        """Bases of all sample indices; 0 where there is none."""
        return sum(element.length for element in self.samples)

    @property
    def counted(self) -> Barcode | Variant:
        """The element whose letters are counted; of a layout with both, the barcode. Parts of a variant count as one."""
        found = [element for element in self.elements if isinstance(element, Barcode | Variant)]
        if len(found) > 1 and not self.pairs:
            return Variant(sum(element.length for element in found))
        return min(found, key=lambda element: element.name)

    @property
    def pairs(self) -> bool:
        """Whether reads hold a barcode and the variant that it stands for."""
        return {type(element) for element in self.elements} >= {Barcode, Variant}

    @property
    def umis(self) -> tuple[Umi, ...]:
        """The elements that together tell molecules apart."""
        return tuple(element for element in self.elements if isinstance(element, Umi))

    @property
    def merges(self) -> bool:
        """Whether mates are made into one read."""
        return any(line.read == MERGED for line in self.lines)

    @property
    def umis_corrected(self) -> bool:
        """Whether UMIs that differ at one base may be misread copies."""
        return any(umi.mismatches for umi in self.umis)

    @property
    def possible_umis(self) -> float:
        """How many different UMIs there can be."""
        return prod(float(sum(4**length for length in range(umi.least, umi.length + 1))) for umi in self.umis)

    @property
    def minimal_length(self) -> int:
        """Bases of the shortest reads that the layout fits, all reads together."""
        return sum(line.minimal_length for line in self.lines)

    @property
    def plain(self) -> bool:
        """Whether only read1 is read, in its own direction, and by letters alone: at most one sample index, one element that is
        counted, constants of A, C, G, T and gaps, each of one length and without a limit to its quality.
        """
        one_line = len(self.lines) == 1 and self.lines[0].read == "read1" and not self.lines[0].reverse
        counted = [element for element in self.elements if isinstance(element, Barcode | Variant)]
        return one_line and len(self.samples) <= 1 and len(counted) == 1 and all(map(_is_plain, self.elements))


def _is_plain(element: Element) -> bool:
    if isinstance(element, Span):
        by_letters = element.fixed and not (element.reverse or element.quality or element.n_differs)
        return isinstance(element, Sample | Barcode | Variant) and by_letters
    return isinstance(element, Gap) or element.plain
