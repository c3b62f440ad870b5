"""How many different visitors there were, in bounded room: HyperLogLog.

A few are kept as they are and counted exactly; from ``EXACT_MAX`` on, 2,048 registers keep what
is needed to tell their number within 2.3 % (standard error). Sketches of two times together are
the sketch of both.

Source: Flajolet and others, HyperLogLog (2007); the estimate is Ertl's improved one
(arXiv:1702.01284, section 4), which has no bias for small numbers to correct.
"""

import math
import struct
from collections.abc import Iterable
from typing import Final

REGISTERS: Final = 2_048
EXACT_MAX: Final = 256
_INDEX_BITS: Final = 11
_REST_BITS: Final = 32 - _INDEX_BITS
_REST: Final = (1 << _REST_BITS) - 1
_TOP: Final = int.from_bytes(b"\x80" * REGISTERS, "big")
_SCALE: Final = REGISTERS * REGISTERS / (2 * math.log(2))


class Sketch:
    """A set of visitors that can only be counted. Hashes are 64-bit; 32 of their bits are used."""

    __slots__ = ("_few", "_registers")

    def __init__(self, data: bytes = b"") -> None:
        self._few: set[int] = set()
        self._registers = 0
        """As one large number, a byte each: two sketches meet in a few operations on it."""
        if len(data) == REGISTERS:
            self._registers = int.from_bytes(data, "big")
        elif data:
            self._few.update(struct.unpack(f">{len(data) // 4}I", data))

    def add(self, hashes: Iterable[int]) -> None:
        """Count these visitors in."""
        self._few.update([one & 0xFFFFFFFF for one in hashes])
        if self._registers or len(self._few) > EXACT_MAX:
            self._condense()

    def unite(self, other: "Sketch") -> None:
        """Count those of the other in."""
        self._few |= other._few
        if other._registers:
            self._registers = _larger(self._registers, other._registers)
        if self._registers or len(self._few) > EXACT_MAX:
            self._condense()

    def encoded(self) -> bytes:
        """At most ``REGISTERS`` bytes."""
        if self._registers:
            return self._registers.to_bytes(REGISTERS, "big")
        return struct.pack(f">{len(self._few)}I", *sorted(self._few))

    def __len__(self) -> int:
        """How many visitors, as far as can be told."""
        if not self._registers:
            return len(self._few)
        counts = [0] * (_REST_BITS + 2)
        for value in self._registers.to_bytes(REGISTERS, "big"):
            counts[value] += 1
        total = REGISTERS * _tau(1 - counts[-1] / REGISTERS)
        for count in reversed(counts[1:-1]):
            total = 0.5 * (total + count)
        return round(_SCALE / (total + REGISTERS * _sigma(counts[0] / REGISTERS)))

    def _condense(self) -> None:
        registers = bytearray(self._registers.to_bytes(REGISTERS, "big"))
        for one in self._few:
            rank = _REST_BITS - (one & _REST).bit_length() + 1
            index = one >> _REST_BITS
            if rank > registers[index]:
                registers[index] = rank
        self._registers = int.from_bytes(registers, "big")
        self._few = set()


def _larger(left: int, right: int) -> int:
    """Byte by byte the larger of two numbers whose bytes are all below 128."""
    is_left = ((left | _TOP) - right) & _TOP  # the top bit stays where left is not smaller
    mask = is_left - (is_left >> 7)  # 0x7f there
    return (left & mask) | (right & ~mask)


def _sigma(x: float) -> float:
    if x == 1.0:
        return math.inf
    power, total, step = x, x, 1.0
    while True:
        power *= power
        before, total = total, total + power * step
        step += step
        if total == before:
            return total


def _tau(x: float) -> float:
    if x in (0.0, 1.0):
        return 0.0
    step, total = 1.0, 1 - x
    while True:
        x = math.sqrt(x)
        before, step = total, step * 0.5
        total -= (1 - x) ** 2 * step
        if total == before:
            return total / 3
