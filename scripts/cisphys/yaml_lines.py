"""YAML files with the line of every key, so that an error in a config or a model points at the place to mend."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from cisphys.errors import InputError

Key = str | int
_UNREADABLE = (yaml.YAMLError, ValueError, LookupError, AttributeError, RecursionError)  # all that PyYAML was seen to raise


class Lines:
    """The lines of the keys of one YAML file: ``Lines(path).of("fits", 0, "model") -> 12``.

    Parameters
    ----------
    path : the file; None where the values came from elsewhere, and no line is known

    Raises
    ------
    InputError : the file is missing, is no YAML, or holds a key twice
    """

    def __init__(self, path: str | Path | None):
        self.path = None if path is None else Path(path)
        self.data: Any = None
        self._numbers: dict[tuple[Key, ...], int] = {}
        self._elsewhere: frozenset[str] = frozenset()
        if self.path is not None:
            self._read(self.path)

    def _read(self, path: Path) -> None:
        text = _text_of(path)
        try:
            loader = yaml.SafeLoader(text)
            root = loader.get_single_node()
            if root is None:
                raise InputError("the file is empty", path=path)
            _check_nodes(root, path)
            self.data = loader.construct_document(root)
        except yaml.MarkedYAMLError as error:
            raise _syntax_error(error, path) from None
        except _UNREADABLE as error:
            raise InputError(f"this is no readable YAML ({error})", path=path) from None
        self._numbers = dict(_numbered(root, ()))

    @classmethod
    def at(cls, path: str | Path | None, line: int | None = None) -> "Lines":
        """Make the lines of values that all stand on one line, such as a sheet's row, or on a line that nobody knows."""
        made = cls(None)
        made.path = None if path is None else Path(path)
        made._numbers = {} if line is None else {(): line}
        return made

    def overridden(self, keys) -> "Lines":
        """Return a copy that knows that these top-level keys were given on the command line, not in the file."""
        copy = Lines(None)
        copy.path, copy.data, copy._numbers, copy._elsewhere = self.path, self.data, self._numbers, frozenset(keys)
        return copy

    def of(self, *keys: Key) -> int | None:
        """Return the 1-based line of a key path, or of the nearest key above it; None where the file has neither."""
        for length in range(len(keys), 0, -1):
            if keys[:length] in self._numbers:
                return self._numbers[keys[:length]]
        return self._numbers.get(())

    def error(self, problem: str, *keys: Key, remedy: str = "") -> InputError:
        """Make the error for the value at a key path: it names the file and the line, or the option ``--config``."""
        if keys and keys[0] in self._elsewhere:
            return InputError(problem, where=f"--config {keys[0]}", remedy=remedy)
        line = self.of(*keys)
        return InputError(problem, path=self.path, where=f"line {line}" if line else spelled(keys), remedy=remedy)


def load_yaml(path: str | Path) -> tuple[Any, Lines]:
    """Read a YAML file: its data, and the lines of its keys. Raises InputError as `Lines` does."""
    lines = Lines(path)
    return lines.data, lines


def spelled(keys: tuple[Key, ...]) -> str:
    """Spell a key path for a person: ``fits > entry 1 > model``."""
    return " > ".join(f"entry {key + 1}" if isinstance(key, int) else str(key) for key in keys)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, IsADirectoryError):
        raise InputError("there is no such file", path=path, remedy="Check the path") from None
    except UnicodeDecodeError as error:
        raise InputError(f"this is not UTF-8 text ({error.reason} at byte {error.start})", path=path) from None


def _syntax_error(error: yaml.MarkedYAMLError, path: Path) -> InputError:
    mark = error.problem_mark or error.context_mark
    where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    remedy = "YAML takes spaces only, not tabs, to indent" if "'\\t'" in str(error.problem) else ""
    return InputError(f"this is no YAML: {error.problem or error.context}", path=path, where=where, remedy=remedy)


def _children(node: yaml.Node) -> Iterator[tuple[Key, yaml.Node, yaml.Node]]:
    """Give each entry of a mapping or a list: its key, the node that says where it stands, and its value."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key.value if isinstance(key, yaml.ScalarNode) else str(key), key, value
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield index, value, value


def _check_nodes(node: yaml.Node, path: Path, above: tuple[int, ...] = ()) -> None:
    """Refuse a key that is there twice, and an alias that contains itself."""
    if id(node) in above:
        raise InputError("an alias that contains itself", path=path, where=f"line {node.start_mark.line + 1}")
    first: dict[Key, int] = {}
    for key, place, value in _children(node):
        line = place.start_mark.line + 1
        if key in first and key != "<<":
            remedy = "Keep one of them: YAML would silently take the last"
            raise InputError(
                f"key '{key}' is there twice, first on line {first[key]}", path=path, where=f"line {line}", remedy=remedy
            )
        first.setdefault(key, line)
        _check_nodes(value, path, (*above, id(node)))


def _numbered(node: yaml.Node, keys: tuple[Key, ...]) -> Iterator[tuple[tuple[Key, ...], int]]:
    """Give every key path below a node with its line."""
    if not keys:
        yield (), node.start_mark.line + 1
    for key, place, value in _children(node):
        yield (*keys, key), place.start_mark.line + 1
        yield from _numbered(value, (*keys, key))
