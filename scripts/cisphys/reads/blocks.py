"""Reads as blocks of text: unpacked into buffers that are used again and again, on request in a thread of its own.

What a block ends with that is no whole record is carried over to the front of the next.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Semaphore
from typing import BinaryIO

import numpy as np

from cisphys.reads.fastq import open_reads
from cisphys.reads.scan import PADDING

BLOCK = 1 << 19  # bytes: small enough to stay in a core's cache from unpacking to counting
FRONT = 1 << 14  # bytes before a block, for what is carried over
AHEAD = 3  # blocks that the thread may be ahead


class Blocks:
    """The text of one file, block by block.

    Use as ``for text, start, stop in blocks``: a block is `text[start:stop]`, and `text` (uint8) goes on for PADDING bytes or
    more. Before the next one, `carry_from(place)` says where the part begins that is not used up yet.

    Parameters
    ----------
    path : FASTQ, plain, gzip (also of several members) or zstd
    size : bytes of a block
    turns : where given, the file is unpacked in a thread of its own, which waits for a turn before each block
    """

    def __init__(self, path: Path, size: int = BLOCK, turns: Semaphore | None = None):
        self.path, self.size, self.turns = path, size, turns
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
        with open_reads(self.path) as stream:
            filled = _filled_in_thread(stream, self.size, self.turns) if self.turns else _filled(stream, self.size)
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


def _filled(stream: BinaryIO, size: int) -> Iterator[tuple[np.ndarray, int]]:
    buffer = _new_buffer(size)
    while done := _fill(stream, buffer):
        yield buffer, done


def _filled_in_thread(stream: BinaryIO, size: int, turns: Semaphore) -> Iterator[tuple[np.ndarray, int]]:
    """Fill buffers in a second thread; one is filled anew only when the block in it is done with."""

    def fill(buffer: np.ndarray) -> int:
        with turns:
            return _fill(stream, buffer)

    with ThreadPoolExecutor(1) as pool:
        pending: deque[tuple[np.ndarray, Future]] = deque()
        for buffer in [_new_buffer(size) for _ in range(AHEAD)]:
            pending.append((buffer, pool.submit(fill, buffer)))
        try:
            while True:
                buffer, filling = pending.popleft()
                done = filling.result()
                if not done:
                    return
                yield buffer, done
                pending.append((buffer, pool.submit(fill, buffer)))
        finally:
            for _, filling in pending:
                filling.cancel()
