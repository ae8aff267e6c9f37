"""A line at the foot of a terminal that tells how far a task is, while Snakemake and other jobs write above it.

Neither tqdm nor rich can keep the lines of other processes apart from their bars, and here every job is a process of its own. So
the last line of the terminal is taken out of what scrolls, as apt does (DECSTBM), and given back at the end: what others write
never runs into the bar. One job at a time has it; others wait until it is free.
"""

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TextIO

try:
    import fcntl
except ImportError:  # not a POSIX system: no bar, log lines only
    fcntl = None

_LEAST_ROWS, _LEAST_COLUMNS = 4, 20
_FULL, _EMPTY, _ASCII = "━", "─", "#-"
_LONGEST, _SHORTEST = 30, 8  # cells of a bar
_PLAIN = ("", "dumb")  # terminals that cannot place text


class Bar:
    """The last line of the terminal that a stream writes to; nothing where there is none."""

    def __init__(self, stream: TextIO | None = None):
        self.stream = sys.stderr if stream is None else stream
        self._wanted = fcntl is not None and self.stream.isatty() and os.environ.get("TERM", "") not in _PLAIN
        self._lock: int | None = None  # a file that one process at a time has locked
        self._size: os.terminal_size | None = None  # as the line was last drawn

    def __bool__(self) -> bool:
        """Say whether there is a terminal to draw on."""
        return self._wanted

    def show(self, task: str, share: float | None, words: str) -> None:
        """Draw the line, if no other job has it: the task, a bar where its share is known, and words."""
        with suppress(OSError):  # the terminal may go: the task goes on
            if self._wanted and self._has_lock():
                self._draw(task, share, words)

    def _draw(self, task: str, share: float | None, words: str) -> None:
        size = os.get_terminal_size(self.stream.fileno())
        if size.lines < _LEAST_ROWS or size.columns < _LEAST_COLUMNS:
            return
        room = "" if size == self._size else "\x1bD\x1b[1A"  # a line further down, and back: the last one is then free
        self._size = size
        text = line(task, share, words, size.columns - 1, not _can_write(self.stream))
        self._write(f"{room}\x1b7\x1b[1;{size.lines - 1}r\x1b[{size.lines};1H\x1b[2K{text}\x1b8")

    def close(self) -> None:
        """Clear the line and give it back."""
        if self._size is not None:
            with suppress(OSError):
                self._write(f"\x1b7\x1b[r\x1b[{self._size.lines};1H\x1b[2K\x1b8")
            self._size = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()

    def _has_lock(self) -> bool:
        if self._lock is not None:
            return True
        name = os.ttyname(self.stream.fileno()).strip("/").replace("/", "-")
        path = Path(tempfile.gettempdir(), f"cisphys-{os.getuid()}-{name}.lock")
        lock = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # another job has it
            os.close(lock)
            return False
        self._lock = lock
        return True


def line(task: str, share: float | None, words: str, width: int, ascii_only: bool = False) -> str:
    """Return ``task ━━━━────  62 %  words`` in `width` letters or fewer: first the bar shrinks, then it goes, then words do."""
    if share is None:
        return _cut(f"{task}  {words}", width, ascii_only)
    percent = f"{int(100 * share):3d} %"
    cells = min(width - len(f"{task}  {percent}  {words}"), _LONGEST)
    if cells < _SHORTEST:
        return _cut(f"{task} {percent}  {words}", width, ascii_only)
    full, empty = _ASCII if ascii_only else (_FULL, _EMPTY)
    done = int(share * cells)
    return f"{task} {full * done}{empty * (cells - done)} {percent}  {words}"


def _cut(text: str, width: int, ascii_only: bool) -> str:
    text = text.rstrip()
    if len(text) <= width:
        return text
    end = "..." if ascii_only else "…"
    return text[: width - len(end)] + end


def _can_write(stream: TextIO) -> bool:
    """Say whether the stream's encoding has the letters of a bar."""
    try:
        f"{_FULL}{_EMPTY}…".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
