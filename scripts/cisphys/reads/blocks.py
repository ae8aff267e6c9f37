"""Reads as blocks of text: unpacked into buffers that are used again and again, where there is help by a second thread.

What a block ends with that is no whole record is carried over to the front of the next.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import numpy as np

from cisphys.reads.fastq import open_reads
from cisphys.reads.scan import PADDING

BLOCK = 1 << 19  # bytes: small enough to stay in a core's cache from unpacking to counting
FRONT = 1 << 14  # bytes before a block, for what is carried over
BUFFERS = 3  # where a second thread unpacks


class Blocks:
    """The text of one file, block by block.

    Use as ``for text, start, stop in blocks``: a block is `text[start:stop]`, and `text` (uint8) goes on for PADDING bytes or
    more. Before the next one, `carry_from(place)` says where the part begins that is not used up yet.

    Parameters
    ----------
    path : FASTQ, plain, gzip (also of several members) or zstd
    size : bytes of a block
    helped : says whether from now on a second thread may unpack the next blocks while one is used
    """

    def __init__(self, path: Path, size: int = BLOCK, helped: Callable[[], bool] = lambda: False):
        self.path, self.size, self.helped = path, size, helped
        self._carried = b""
        self._block = (np.empty(0, dtype=np.uint8), 0, 0)

    def carry_from(self, place: int) -> None:
        """Keep what stands from `place` on for the next block."""
        text, _, stop = self._block
        self._carried = text[place:stop].tobytes()

    @property
    def rest(self) -> bytes:
        """What was carried over and has no next block: the end of the file."""
        return self._carried

    def __iter__(self) -> Iterator[tuple[np.ndarray, int, int]]:
        with open_reads(self.path) as stream, closing(_filled(stream, self.size, self.helped)) as filled:
            for buffer, size in filled:
                self._block = self._with_carried(buffer, size)
                yield self._block

    def _with_carried(self, buffer: np.ndarray, size: int) -> tuple[np.ndarray, int, int]:
        """Put what was carried over in front; a record that is longer than the front gets a buffer of its own."""
        carried = np.frombuffer(self._carried, dtype=np.uint8)
        stop = FRONT + size
        if len(carried) > FRONT:
            text = np.concatenate([carried, buffer[FRONT : stop + PADDING]])
            return text, 0, len(carried) + size
        buffer[FRONT - len(carried) : FRONT] = carried
        return buffer, FRONT - len(carried), stop


def _new_buffer(size: int) -> np.ndarray:
    return np.zeros(FRONT + size + PADDING, dtype=np.uint8)


def _fill(stream: BinaryIO, buffer: np.ndarray) -> int:
    """Read into a buffer behind its front until it is full or the file ends; give the number of bytes."""
    room = memoryview(buffer)[FRONT : len(buffer) - PADDING]
    done = 0
    while done < len(room) and (got := stream.readinto(room[done:])):
        done += got
    return done


def _filled(stream: BinaryIO, size: int, helped: Callable[[], bool]) -> Iterator[tuple[np.ndarray, int]]:
    """Fill buffers, in a second thread once that is `helped`; one is filled anew only when the block in it is done with."""
    free, pending = deque([_new_buffer(size)]), deque()
    with ThreadPoolExecutor(1) as pool:
        try:
            while True:
                buffer, filling = pending.popleft() if pending else (free.popleft(), None)
                done = filling.result() if filling else _fill(stream, buffer)
                if not done:
                    return
                if helped():
                    free.extend(_new_buffer(size) for _ in range(BUFFERS - 1 - len(pending) - len(free)))
                    pending.extend((spare, pool.submit(_fill, stream, spare)) for spare in free)
                    free.clear()
                yield buffer, done
                free.append(buffer)
        finally:
            for _, filling in pending:
                filling.cancel()
