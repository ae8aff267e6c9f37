"""Two reads of one fragment made into one: the qualities of their bases say where they overlap, and which base is right there.

Let p and q be the chances that two bases over the same place are wrong (10^(-Q/10), not below 10^-3 for finding the overlap). If
the place is the same, they are equal with the chance s = (1 - p)(1 - q) + p q / 3; if not, with 1/4. An offset of the second read
has the evidence

    E = sum over equal bases of ln(4 s) + sum over unequal bases of ln(4 (1 - s) / 3)

and the posterior probability e^E / (n + sum over the n offsets of e^E): no overlap is as likely beforehand as all offsets
together. The best offset is taken where that probability is high; otherwise the reads are not merged. Offsets at which too large
a share of the bases differs take no part in the sum.

The consensus (Edgar and Flyvbjerg 2015, Bioinformatics 31:3476): equal bases are wrong with the chance (p q / 3) / s; of unequal
ones the better is taken, which is wrong with the chance p (1 - q / 3) / (p + q - 4 p q / 3), p its own. Read-through into the
adapter behind a short fragment is cut off.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit

from cisphys.reads.fates import AMBIGUOUS_OVERLAP, NO_OVERLAP
from cisphys.reads.merging import DEFAULT, Merging

HIGHEST, OFFSET = 60, 33  # Phred score that qualities are cut off at; what FASTQ adds to a score
REASONS = ("", NO_OVERLAP, AMBIGUOUS_OVERLAP)
_LETTERS = np.frombuffer(b"ACGTN", dtype=np.uint8)
_CODES = np.full(256, 4, dtype=np.uint8)
_CODES[list(b"ACGTacgt")] = [0, 1, 2, 3] * 2

Read = tuple[str, str]  # bases, qualities as in FASTQ


class Fragment(NamedTuple):
    """What two reads say of their fragment, on the strand of the first.

    read : bases and qualities of both reads as one; empty where they were not merged
    overlap : bases that both have read; 0 where they were not merged
    reason : why they were not merged: ``no_overlap``, ``ambiguous_overlap``; empty where they were
    """

    read: Read
    overlap: int
    reason: str


def merge_pairs(first: Sequence[Read], second: Sequence[Read], how: Merging = DEFAULT) -> list[Fragment]:
    """Merge pairs of reads where they overlap.

    Parameters
    ----------
    first, second : bases and qualities of the reads, in the same order; letters other than A, C, G, T say nothing
    how : what an overlap needs

    Raises
    ------
    ValueError : there are not as many second as first reads, or a read has more or fewer qualities than bases
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} first and {len(second)} second reads are no pairs")
    if not len(first):
        return []
    ones, others = _arrays(first), _arrays(second, reverse=True)
    limits = how.least_overlap, how.mismatches, how.certainty
    bases, scores, spans, overlaps, reasons = _merge_all(*ones, *others, _TABLES, *limits)
    letters, qualities = _LETTERS[bases].tobytes().decode(), (scores + OFFSET).tobytes().decode()
    starts = (ones[2] + others[2]).tolist()
    rows = zip(starts, spans.tolist(), overlaps.tolist(), reasons.tolist(), strict=False)
    return [
        Fragment(("", ""), 0, REASONS[reason])
        if reason
        else Fragment((letters[start : start + span], qualities[start : start + span]), overlap, "")
        for start, span, overlap, reason in rows
    ]


def _complement(codes: np.ndarray) -> np.ndarray:
    return np.where(codes < 4, 3 - codes, codes)


def _arrays(reads: Sequence[Read], reverse: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return codes (bases,), scores (bases,) and starts (reads + 1,); with `reverse`, each read's reverse complement."""
    lengths = [len(bases) for bases, _ in reads]
    if lengths != [len(qualities) for _, qualities in reads]:
        raise ValueError("a read has more or fewer qualities than bases")
    codes = _CODES[np.frombuffer("".join([bases for bases, _ in reads]).encode(), dtype=np.uint8)]
    scores = np.frombuffer("".join([qualities for _, qualities in reads]).encode(), dtype=np.uint8) - OFFSET
    scores, starts = np.minimum(scores, HIGHEST), np.concatenate([[0], np.cumsum(lengths)])
    if reverse:
        whole = np.repeat(starts[:-1] + starts[1:] - 1, lengths) - np.arange(starts[-1])
        codes, scores = _complement(codes)[whole], scores[whole]
    return codes, scores, starts


def _tables() -> np.ndarray:
    """Return (4, scores, scores): evidence of equal and of unequal bases, consensus scores of equal and of unequal bases.

    For unequal bases the first score is that of the base which is taken.
    """
    scores = np.arange(HIGHEST + 1)
    wrong = np.minimum(10.0 ** (-scores / 10), 0.75)
    p, q = (axis.astype(float) for axis in np.meshgrid(np.maximum(wrong, 1e-3), np.maximum(wrong, 1e-3), indexing="ij"))
    same = (1 - p) * (1 - q) + p * q / 3
    evidence = np.log(4 * same), np.log(4 * (1 - same) / 3)
    p, q = np.meshgrid(wrong, wrong, indexing="ij")
    equal = (p * q / 3) / ((1 - p) * (1 - q) + p * q / 3)
    unequal = p * (1 - q / 3) / (p + q - 4 * p * q / 3)
    return np.stack([*evidence, *(np.clip(np.round(-10 * np.log10(chance)), 0, HIGHEST) for chance in (equal, unequal))])


_TABLES = _tables()


@njit(cache=True)
def _merge_all(codes1, scores1, starts1, codes2, scores2, starts2, tables, least_overlap, most_mismatches, certainty):
    """Merge every pair; each result lies where its two reads would, one after the other."""
    pairs = len(starts1) - 1
    bases = np.full(len(codes1) + len(codes2), 4, dtype=np.uint8)
    scores = np.zeros(len(bases), dtype=np.uint8)
    spans, overlaps, reasons = np.zeros(pairs, np.int64), np.zeros(pairs, np.int64), np.zeros(pairs, np.uint8)
    for pair in range(pairs):
        a, b = slice(starts1[pair], starts1[pair + 1]), slice(starts2[pair], starts2[pair + 1])
        one, two, q1, q2 = codes1[a], codes2[b], scores1[a], scores2[b]
        offset, reasons[pair] = _find_overlap(one, q1, two, q2, tables, least_overlap, most_mismatches, certainty)
        if not reasons[pair]:
            start = starts1[pair] + starts2[pair]
            spans[pair], overlaps[pair] = _join(one, q1, two, q2, offset, tables, bases[start:], scores[start:])
    return bases, scores, spans, overlaps, reasons


@njit(cache=True)
def _find_overlap(one, q1, two, q2, tables, least_overlap, most_mismatches, certainty):
    """Return the best offset of the second read behind the start of the first, and 0, or why there is none (see REASONS)."""
    lowest, highest = least_overlap - len(two), len(one) - least_overlap
    best, best_evidence, total = 0, -np.inf, 0.0
    for offset in range(lowest, highest + 1):
        start, stop = max(offset, 0), min(len(one), offset + len(two))
        if _mismatches(one[start:stop], two[start - offset : stop - offset]) > most_mismatches * (stop - start):
            continue
        evidence = _evidence(one, q1, two, q2, offset, start, stop, tables)
        if evidence > best_evidence:
            total *= np.exp(best_evidence - evidence)
            best, best_evidence = offset, evidence
        total += np.exp(evidence - best_evidence)
    if best_evidence == -np.inf:
        return 0, 1
    none = (highest - lowest + 1) * np.exp(-best_evidence)
    if certainty * (none + total) <= 1:
        return best, 0
    return 0, 1 if none > total - 1 else 2


@njit(cache=True)
def _mismatches(one, two):
    """Count the unequal bases of two arrays of one length."""
    differing = np.int32(0)
    for place in range(len(one)):
        differing += np.int32((one[place] != two[place]) & (one[place] < 4) & (two[place] < 4))
    return differing


@njit(cache=True)
def _evidence(one, q1, two, q2, offset, start, stop, tables):
    """Return the evidence of an offset, whose overlap is `start` to before `stop` of the first read."""
    evidence = 0.0
    for place in range(start, stop):
        base, other = one[place], two[place - offset]
        if base < 4 and other < 4:
            evidence += tables[0 if base == other else 1, q1[place], q2[place - offset]]
    return evidence


@njit(cache=True)
def _join(one, q1, two, q2, offset, tables, bases, scores):
    """Write the fragment's bases and scores; return its length and the length of the overlap."""
    span = offset + len(two)
    for place in range(span):
        other = place - offset
        if place >= len(one):
            bases[place], scores[place] = two[other], q2[other]
        elif other < 0 or two[other] > 3:
            bases[place], scores[place] = one[place], q1[place]
        elif one[place] > 3:
            bases[place], scores[place] = two[other], q2[other]
        elif one[place] == two[other]:
            bases[place], scores[place] = one[place], tables[2, q1[place], q2[other]]
        elif q1[place] >= q2[other]:
            bases[place], scores[place] = one[place], tables[3, q1[place], q2[other]]
        else:
            bases[place], scores[place] = two[other], tables[3, q2[other], q1[place]]
    return span, min(len(one), span) - max(offset, 0)
