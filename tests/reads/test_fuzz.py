"""Thousands of made-up files, whole and damaged: each is counted rightly or refused (`make fuzz-reads` tries many more)."""

import os
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from fuzz_cases import CAUTIOUS, COUNTED, REFUSED, WAYS, make_case, run_case

CASES, SEED = 3_000, 7


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # pysam, closing BAM that it could not open
def test_every_case_is_right_or_refused():
    outcomes: dict[str, Counter] = {way: Counter() for way in WAYS}
    with TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        for number in range(CASES):
            case = make_case(SEED, number)
            try:
                outcomes[case.way][run_case(case, Path(folder))] += 1
            except Exception as error:
                raise AssertionError(f"case {number} ({case.way})") from error
    assert all(found[COUNTED] > 0 and found[REFUSED] > 0 for found in outcomes.values()), outcomes
    assert sum(found[CAUTIOUS] for found in outcomes.values()) < 0.01 * CASES


def test_a_case_is_told_by_its_numbers():
    cases = [make_case(seed, number) for seed, number in [(1, 5), (1, 5), (1, 6), (2, 5)]]
    assert cases[0] == cases[1]
    assert cases[0].files not in (cases[2].files, cases[3].files)
