"""What Python files import, read from their text: nothing is run."""

import ast
import sys
from pathlib import Path

from running import ROOT

LIBRARY = ROOT / "scripts/cisphys"


def imported_names(path: Path) -> set[str]:
    """Return the dotted names that a file imports, at its top or in a function; `from a import b` gives a and a.b.

    What is imported for type hints only, below `if TYPE_CHECKING`, is left out.
    """
    names = set()
    tree = ast.parse(path.read_text())
    tree.body = [node for node in tree.body if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def third_party(names: set[str]) -> set[str]:
    """Return the packages of dotted names, without the standard library and our own."""
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"cisphys"}


def library_files(path: Path) -> set[Path]:
    """Return the modules of the library that a file needs, also through others, with the packages that hold them."""
    known, new = set(), _imported_files(path)
    while new:
        known |= new
        new = {file for module in new for file in _imported_files(module)} - known
    return known


def _imported_files(path: Path) -> set[Path]:
    inside = [name.split(".")[1:] for name in imported_names(path) if name.split(".")[0] == "cisphys"]
    files = {LIBRARY.joinpath(*parts).with_suffix(".py") for parts in inside if parts}
    packages = {LIBRARY.joinpath(*parts[:depth], "__init__.py") for parts in inside for depth in range(len(parts) + 1)}
    return {file for file in files | packages if file.is_file()}
