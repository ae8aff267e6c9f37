"""What a rule says while it runs: the library's messages and any traceback go to the rule's log."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cisphys.errors import InputError

logger = logging.getLogger("cisphys")


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
