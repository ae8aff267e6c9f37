"""The checksums of CRAM 3: htslib passes over those of blocks that are not packed, where damage would change reads unseen.

CRAM format specification 3.1, sections 6 to 8: a file definition, then containers of blocks, each with a CRC32 behind it.
"""

import zlib
from pathlib import Path
from typing import BinaryIO

DEFINITION, MAJOR = 26, 4  # bytes of the file definition, and the place of the major version in it
ITF8, LTF8 = 4, 8  # bytes that follow the first one of a number, at most


def check_cram(path: Path) -> None:
    """Check every checksum of a file; CRAM of other versions than 3 is passed over.

    Raises
    ------
    ValueError : a checksum does not hold, or the file ends too early
    """
    with open(path, "rb") as file:
        if file.read(DEFINITION)[MAJOR:][:1] == b"\x03":
            containers = 0
            while length := file.read(4):
                containers += 1
                _check_container(_Summed(file, length, f"container {containers}"), int.from_bytes(length, "little"))


def _check_container(header: "_Summed", length: int) -> None:
    for most in (ITF8, ITF8, ITF8, ITF8, LTF8, LTF8, ITF8):  # sequence, start, span, records, record counter, bases, blocks
        header.number(most)
    for _ in range(header.number()):  # landmarks
        header.number()
    header.check()
    end = header.file.tell() + length
    while header.file.tell() < end:
        block = _Summed(header.file, b"", header.name)
        block.read(2)  # how it is packed, what it is
        block.number()  # its number
        packed, _ = block.number(), block.number()
        block.read(packed)
        block.check()


class _Summed:
    """Reads from a file, and keeps the checksum of what was read."""

    def __init__(self, file: BinaryIO, begun: bytes, name: str):
        self.file, self.name, self.sum = file, name, zlib.crc32(begun)

    def read(self, size: int) -> bytes:
        """Read so many bytes."""
        data = self.file.read(size)
        if len(data) < size:
            raise ValueError(f"the file ends in {self.name}")
        self.sum = zlib.crc32(data, self.sum)
        return data

    def number(self, most: int = ITF8) -> int:
        """Read a number: the leading ones of its first byte are the number of bytes that follow, at most ITF8 or LTF8."""
        first = self.read(1)[0]
        more = min(most, 8 - (~first & 0xFF).bit_length())
        rest = int.from_bytes(self.read(more), "big")
        if more == 4:  # ITF8 of 5 bytes; of the last, four bits count
            return (first & 0x0F) << 28 | rest >> 4 | rest & 0x0F
        return (first & 0xFF >> (more + 1)) << 8 * more | rest

    def check(self) -> None:
        """Compare the checksum with the one that stands here."""
        if self.sum.to_bytes(4, "little") != self.file.read(4):
            raise ValueError(f"the checksum of {self.name} does not hold")
