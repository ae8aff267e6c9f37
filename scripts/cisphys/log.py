"""What a rule says while it runs: the library's messages and any traceback go to the rule's log."""

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cisphys.errors import InputError

logger = logging.getLogger("cisphys")
_WIDTH = 100  # of the line on a terminal


@contextmanager
def log_to(path: str | Path) -> Iterator[None]:
    """Send messages and warnings to a log file while a script runs.

    A user's mistake (`InputError`) is one line in the log and on the terminal, and exit code 1. Any other exception is ours:
    its traceback is kept in the log, and it goes on.
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, mode="w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%H:%M:%S"))
    root = logging.getLogger()
    root.addHandler(handler)
    logger.setLevel(logging.INFO)
    logging.captureWarnings(True)
    try:
        yield
    except InputError as mistake:
        logger.error("%s", mistake)
        print(f"\nError: {mistake}\n", file=sys.stderr)
        sys.exit(1)
    except Exception:
        logger.exception("this is a fault of the program, not of the input")
        raise
    finally:
        logging.captureWarnings(False)
        root.removeHandler(handler)
        handler.close()


class Progress:
    """Say how far a long task is: a line in the log every `every` seconds, a line that rewrites itself on a terminal.

    Use as ``with Progress("reads") as progress: progress.to(done, total)``; `total` may be left out where it is not known. Where
    each step has something to say, use `say`.
    """

    def __init__(self, unit: str, every: float = 10.0):
        self.unit, self.every = unit, every
        self._next = time.monotonic() + every
        self._terminal = sys.stderr.isatty()
        self._shown = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._shown:
            print(file=sys.stderr)

    def to(self, done: float, total: float | None = None, note: str = "") -> None:
        """Report that `done` of `total` units are behind us."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + (0.5 if self._terminal else self.every)
        share = f" of {total:,} ({done / total:.0%})" if total else ""
        text = f"{done:,}{share} {self.unit} {note}".rstrip()
        if self._terminal:
            self._show(text)
        else:
            logger.info("%s", text)

    def say(self, text: str) -> None:
        """Log a line, and show it on the terminal in place of the one before."""
        logger.info("%s", text)
        if self._terminal:
            self._show(f"{self.unit}: {text}")

    def _show(self, text: str) -> None:
        self._shown = True
        print(f"\r{text[:_WIDTH]:<{_WIDTH}}", end="", file=sys.stderr, flush=True)
