"""What a config says of reads: their layouts, how mates are merged, and which barcodes are clustered."""

from cisphys.errors import InputError
from cisphys.reads.layout import Layout, parse_layout
from cisphys.yaml_lines import Lines

KNOWN_FROM = {"library": "its library says which barcodes there are", "table": "it starts from a table"}


def read_layouts(given: dict, data: dict, lines: Lines) -> dict[str, Layout]:
    """Read the layouts of a config by name; `given` is the config as written, `data` with its defaults.

    Raises
    ------
    InputError : with the line: a layout is wrong, or `merge` is given and no layout reads merged mates
    """
    layouts = {name: _layout(name, text, lines) for name, text in data["layouts"].items()}
    if given.get("merge") and not any(layout.merges for layout in layouts.values()):
        problem = "`merge` says how mates are merged, but no layout reads the merged mates"
        raise lines.error(problem, "merge", remedy="Write the line `merged` in a layout, or leave `merge` out")
    return layouts


def _layout(name: str, text: str | dict[str, str], lines: Lines) -> Layout:
    try:
        return parse_layout(text, name)
    except InputError as mistake:
        raise lines.error(str(mistake).removesuffix("."), "layouts", name) from None


def check_clustering(name: str, entry: dict, kind: str, lines: Lines) -> None:
    """Raise InputError where an experiment clusters barcodes that are known, or has none; `kind` is the key that says which."""
    if entry["cluster_ratio"] is None or kind == "barcodes":
        return
    problem = f"experiment '{name}' has a cluster_ratio, but {KNOWN_FROM.get(kind, 'its reads hold variants')}"
    remedy = "Leave it out: it is for `barcodes: observed`"
    if kind == "library":
        remedy = f"{remedy}. In the layout, barcode[n]~k allows mismatches to the barcodes of a library"
    raise lines.error(problem, "experiments", name, "cluster_ratio", remedy=remedy)
