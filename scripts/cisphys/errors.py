"""The one exception that a user's mistake raises: what is wrong, where, and what to do about it."""

from pathlib import Path


class InputError(Exception):
    """A mistake in what the user gave. It is shown as one message without a traceback.

    Parameters
    ----------
    problem : what is wrong, a sentence without its full stop
    path : the file that holds the mistake
    where : the place in that file, such as ``line 5``, ``record 12`` or ``column sample``
    remedy : what to do, a sentence without its full stop
    """

    def __init__(self, problem: str, *, path: str | Path | None = None, where: str = "", remedy: str = ""):
        place = ", ".join(str(part) for part in (path, where) if part)
        text = f"{place}: {problem}." if place else f"{problem}."
        super().__init__(f"{text} {remedy}." if remedy else text)


def nearest(name: str, valid) -> str:
    """Name what the user may have meant: ``did you mean 'bin'? Valid: bin, run``."""
    from difflib import get_close_matches

    names = [str(v) for v in valid]
    close = get_close_matches(str(name), names, n=1, cutoff=0.5)
    guess = f"did you mean '{close[0]}'? " if close else ""
    return f"{guess}Valid: {', '.join(names) or 'none'}"
