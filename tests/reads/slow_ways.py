"""Second, slow ways: barcodes clustered pair by pair, UMIs by every edge, mates merged at every offset."""

from math import exp, log, log10

OPPOSITE = dict(zip("ACGT", "TGCA", strict=True))


def apart(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def slow_parents(reads: dict[str, int], ratio: float) -> dict[str, str]:
    """Name each barcode's parent, or itself: the rule applied to every pair."""
    parents: dict[str, str] = {}
    for child in sorted(reads, key=lambda name: (-reads[name], name)):
        near = [
            other
            for other, parent in parents.items()
            if parent == other
            and len(other) == len(child)
            and apart(other, child) == 1
            and reads[other] >= ratio * reads[child] + 1
        ]
        parents[child] = min(near, key=lambda name: (-reads[name], name), default=child)
    return parents


def slow_molecules(umis: dict[str, int]) -> int:
    """Build every edge, then take components from the most abundant UMI down, breadth first."""
    leads_to = {a: [b for b in umis if apart(a, b) == 1 and umis[a] >= 2 * umis[b] - 1] for a in umis}
    found, molecules = set(), 0
    for root in sorted(umis, key=lambda umi: umis[umi], reverse=True):
        if root not in found:
            molecules += 1
            queue = [root]
            while queue:
                node = queue.pop(0)
                if node not in found:
                    found.add(node)
                    queue += leads_to[node]
    return molecules


def turn(bases: str) -> str:
    return "".join(OPPOSITE.get(base, "N") for base in reversed(bases.upper()))


def slow_merge(first, second, least: int, mismatches: float, certainty: float):
    """Weigh every offset with the formulas of the module, base by base; give (bases, qualities), or the reason as (reason, None).

    first, second : (bases, Phred scores)
    """
    (one, q1), (two, q2) = (first[0].upper(), first[1]), (turn(second[0]), second[1][::-1])
    offsets = range(least - len(two), len(one) - least + 1)
    evidences = {}
    for offset in offsets:
        places = range(max(offset, 0), min(len(one), offset + len(two)))
        known = [(one[n], two[n - offset], q1[n], q2[n - offset]) for n in places if {one[n], two[n - offset]} <= set("ACGT")]
        if sum(a != b for a, b, _, _ in known) > mismatches * len(places):
            continue
        evidences[offset] = 0.0
        for a, b, p, q in known:
            p, q = max(10 ** (-p / 10), 1e-3), max(10 ** (-q / 10), 1e-3)
            same = (1 - min(p, 0.75)) * (1 - min(q, 0.75)) + min(p, 0.75) * min(q, 0.75) / 3
            evidences[offset] += log(4 * same) if a == b else log(4 * (1 - same) / 3)
    if not evidences:
        return "no_overlap", None
    best = max(evidences, key=evidences.get)
    total = sum(map(exp, evidences.values()))
    if exp(evidences[best]) / (len(offsets) + total) < certainty:
        return ("no_overlap" if len(offsets) > total - exp(evidences[best]) else "ambiguous_overlap"), None
    pairs = [_consensus(_at(one, q1, n), _at(two, q2, n - best)) for n in range(best + len(two))]
    return "".join(base for base, _ in pairs), [score for _, score in pairs]


def _at(read: str, scores: list[int], place: int):
    return (read[place], scores[place]) if 0 <= place < len(read) else ("-", 0)


def _consensus(one, other):
    """Give the base and score of one place, `-` where a read does not reach it."""
    letters = {one[0], other[0]}
    if "-" in letters or not letters <= set("ACGT"):
        best = [each for each in (one, other) if each[0] in OPPOSITE] or [each for each in (one, other) if each[0] != "-"]
        return (best[0][0] if best[0][0] in OPPOSITE else "N"), best[0][1]
    high, low = sorted((one, other), key=lambda each: -each[1])
    p, q = (min(10 ** (-each[1] / 10), 0.75) for each in (high, low))
    both_right, both_wrong_alike = (1 - p) * (1 - q), p * q / 3
    equal, unequal = both_wrong_alike / (both_right + both_wrong_alike), p * (1 - q / 3) / (p + q - 4 * p * q / 3)
    wrong = equal if len(letters) == 1 else unequal
    return high[0], min(60, max(0, round(-10 * log10(wrong))))
