"""Layouts of association reads, which hold a barcode and the variant that it stands for, in one read or in two of a cluster."""

from cisphys.errors import InputError
from cisphys.reads.layout import Barcode, Layout


def check_layout(layout: Layout) -> None:
    """Raise InputError where a layout cannot say which barcode stands for which variant."""
    if not layout.pairs:
        missing = "variant" if isinstance(layout.counted, Barcode) else "barcode"
        problem = f"layout '{layout.name}' is that of an association run, and has no {missing}"
        raise InputError(problem, remedy="Association reads hold both, barcode[n] and variant[n]")
    if layout.has_sample:
        problem = f"layout '{layout.name}' is that of an association run, and has a sample element"
        raise InputError(problem, remedy="Demultiplex the run first, and give each part a run of its own")
    if layout.umis:
        problem = f"layout '{layout.name}' is that of an association run, and has a UMI"
        raise InputError(problem, remedy="Pass over it: write [n] in its place")
    if layout.counted.mismatches:
        problem = f"layout '{layout.name}' is that of an association run, and allows mismatches in its barcode"
        raise InputError(problem, remedy="Leave the '~' out: it is these reads that say which barcodes there are")
