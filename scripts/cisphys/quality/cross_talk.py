"""Cross-talk between samples, told from the combinations of index parts that no sample has.

Where a share r of the index readings joins parts of different molecules (index hopping, chimeras, cross-contaminated primers),
and such parts meet as often as they are frequent in the run, the combinations that no sample has hold the share

    U = r (1 - S),    S = sum over samples of the product of the frequencies of its parts

of all readings. This gives r = U / (1 - S). What lands on a combination of a sample is not seen, but counted in by 1 - S.
"""

from itertools import combinations

import pandas as pd

NO_SAMPLE = "-"
LEAST_SEEN = 0.05  # 1 - S below which chance pairs hardly show: nearly every combination is a sample's


def parts_of_run(table: pd.DataFrame) -> pd.DataFrame:
    """Return (combinations, parts): the parts of the column index, `ACGT+TTAG` in columns 0, 1, ..."""
    return table["index"].str.split("+", expand=True)


def joined_by_chance(table: pd.DataFrame) -> float:
    """Return r, the share of index readings whose parts belong to different molecules.

    Parameters
    ----------
    table : the combinations of one run with the columns index, sample (``-`` where no sample has it) and reads; every sample is
        in it

    Returns
    -------
    r, at most 1; NaN without readings, and where nearly every combination is a sample's
    """
    reads, used = table["reads"].astype(float), table["sample"] != NO_SAMPLE
    if not reads.sum():
        return float("nan")
    chance = pd.Series(1.0, index=table.index)
    for _, part in parts_of_run(table).items():
        chance *= part.map(reads.groupby(part).sum() / reads.sum())
    seen = 1 - chance[used].sum()
    return min(float(reads[~used].sum() / reads.sum() / seen), 1.0) if seen >= LEAST_SEEN else float("nan")


def part_pairs(table: pd.DataFrame) -> list[tuple[int, int, pd.DataFrame, pd.DataFrame]]:
    """Lay the combinations of one run out as matrices, one for each two of the parts; reads of the other parts are added up.

    Returns
    -------
    For each pair: the numbers of the two parts from 0, the reads (first parts, second parts), and whether a sample has both.
    Parts are in the order in which samples come in the table, so that unique dual indices lie on the diagonal.
    """
    parts = parts_of_run(table)
    used = table["sample"] != NO_SAMPLE
    pairs = []
    for one, other in combinations(parts.columns, 2):
        keys = [parts[one].rename(None), parts[other].rename(None)]
        order = [parts.loc[used, part].unique() for part in (one, other)]
        wide = table["reads"].groupby(keys).sum().unstack(fill_value=0).reindex(index=order[0], columns=order[1], fill_value=0)
        own = used.groupby(keys).any().unstack(fill_value=False).reindex(index=order[0], columns=order[1], fill_value=False)
        pairs.append((one, other, wide, own))
    return pairs
