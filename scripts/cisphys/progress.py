"""How far a long task is: lines in the rule's log, and a bar on a terminal."""

import time
from collections.abc import Callable
from threading import Lock

from cisphys.bar import Bar
from cisphys.log import logger

_FIRST, _AGAIN = 1.0, 0.2  # s until the bar comes, and between two looks of it
_SLOWER = 0.1  # of the time so far: lines of a task of hours come further and further apart
_TELLING = 0.02  # share from which on what is left can be told
Total = float | Callable[[], float | None] | None
Step = Callable[..., None]  # as `Progress.to`


def unseen(done: float, total: float | None = None, note: str = "") -> None:
    """Tell nobody how far a task is."""


class Progress:
    """Say how far a long task is: lines in the log, at first every `every` seconds, and a bar on a terminal.

    Use as ``with Progress("counting reads of lac", "reads", total) as progress: progress.to(done)``. Where a step has something
    to say that belongs into the log, use `say`.

    Parameters
    ----------
    task : what is done, and to what: several jobs may run at a time
    unit : what is counted; "" where it does not matter to readers
    total : how many there are; a function is asked once, when there is something to show, and its answer is called "about"; None
        where that is not known
    steady : whether all units take about the same time, so that what is left can be told
    """

    def __init__(self, task: str, unit: str = "", total: Total = None, *, every: float = 10.0, steady: bool = True):
        self.task, self.unit, self.every, self.steady = task, unit, every, steady
        self._total, self._about = total, "about " if callable(total) else ""
        self._bar, self._drawing = Bar(), Lock()
        self._start = time.monotonic()
        self._next_line, self._next_look = self._start + every, self._start + _FIRST
        if not self._bar:
            self._next_look = float("inf")
        self._next = self._start
        self._first: tuple[float, float] | None = None  # when units were first counted, and how many

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with self._drawing:
            self._bar.close()

    def to(self, done: float, total: float | None = None, note: str = "") -> None:
        """Report that `done` of `total` units are behind us, or of the task's own total; any thread may."""
        if time.monotonic() >= self._next:
            with self._drawing:
                self._tell(done, total, note)

    def say(self, text: str) -> None:
        """Log a line in any case."""
        logger.info("%s", text)
        with self._drawing:
            now = time.monotonic()
            self._next_line = now + self._pause(now)

    def _tell(self, done: float, total: float | None, note: str) -> None:
        now = time.monotonic()
        if self._first is None:
            self._first = now, done
        self._next = min(self._next_line, self._next_look)
        if now < self._next:  # the first call, or another thread has just told
            return
        total = self._known_total() if total is None else total
        if self._about and total and done > total:
            total = None
        if now >= self._next_line:
            logger.info("%s", self._words(now, done, total, note, log=True))
            self._next_line = now + self._pause(now)
        if now >= self._next_look:
            self._look(now, done, total, note)
        self._next = min(self._next_line, self._next_look)

    def _look(self, now: float, done: float, total: float | None, note: str) -> None:
        share = min(done / total, 0.99 if self._about else 1.0) if total else None
        self._bar.show(self.task, share, self._words(now, done, total, note, log=False))
        self._next_look = now + _AGAIN

    def _known_total(self) -> float | None:
        if callable(self._total):
            self._total = self._total()
        return self._total

    def _pause(self, now: float) -> float:
        return max(self.every, _SLOWER * (now - self._start))

    def _words(self, now: float, done: float, total: float | None, note: str, log: bool) -> str:
        """Return e.g. ``1,234 of about 2,000 reads (61 %), start 2, 12 s, 8 s left``; the share is for the log, beside no bar."""
        counted = f"{done:,.0f} of {self._about}{total:,.0f}" if total else f"{done:,.0f}"
        words = [f"{counted} {self.unit}"] if self.unit else []
        if log and total:
            percent = f"{100 * done / total:.0f} %"
            words[-1:] = [f"{words[-1]} ({percent})"] if words else [percent]
        spent = now - self._start
        words += [note] if note else []
        words.append(in_words(spent))
        if self.steady and total and (left := self._left(now, done, total)) is not None:
            words.append(f"{in_words(left)} left")
        return ", ".join(words)

    def _left(self, now: float, done: float, total: float) -> float | None:
        """Return the seconds that the rest will take at the pace since units were first counted; what came before is no unit."""
        began, before = self._first
        counted = done - before
        return (now - began) * (total - done) / counted if _TELLING * total < counted and done < total else None


def in_words(seconds: float) -> str:
    """Return a time as ``12 s``, ``3 min 05 s`` or ``2 h 10 min``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, left = divmod(minutes, 60)
    if hours:
        return f"{hours} h {left:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
