"""What a fitted model lacks: each candidate tested by its score at the optimum, and judged by its gain on held-out variants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import torch

from cisphys.inference.lacking_candidates import Candidate, Family, families
from cisphys.inference.lacking_ends import judge_ends
from cisphys.inference.lacking_gain import Gains, Part, gain_of
from cisphys.inference.lacking_places import elsewhere, shared
from cisphys.inference.lacking_scores import ScoreTests, Tested
from cisphys.inference.lacking_words import numbered, what
from cisphys.inference.reopened import Reopened
from cisphys.progress import Step, unseen

MOST_JUDGED = 40  # candidates of a kind, those with the smallest p, whose held-out gain is worked out
_LEVEL = 0.05  # a candidate with a larger p is not judged
LACKING = ["kind", "what", "site", "positions", "numbered", "df", "statistic", "p", "q", "validation_gain"]
LACKING += ["gain", "low95", "high95", "gain_bits"]


@dataclass(frozen=True)
class Found:
    """One candidate with its test, and where judged the variants' differences by part, nats; restrictions have no family."""

    family: Family | None
    candidate: Candidate
    tested: Tested
    gained: Mapping[str, np.ndarray] | None = None


@torch.no_grad()
def what_lacks(fit: Reopened, progress: Step = unseen) -> pd.DataFrame:
    """Return the table of all candidates, those with the largest gain on the validation variants first.

    Columns: `kind`, `what` in words, `site`, `positions` (0-based) and the same `numbered`; `df`, `statistic`, `p` and `q`
    (Benjamini and Hochberg 1995, within a kind) of the test; `validation_gain` and, on the test variants, `gain` with its
    interval `low95` and `high95` (nats in all), and `gain_bits` per observation. Gains are empty where the test says nothing is
    there, or others say more. `progress` is told how many are tested, then how many are judged.
    """
    tests = ScoreTests(fit.problem, fit.best)
    found = _tested(fit, tests, progress)
    parts = {name: Part(fit.problem, fit.part(name)) for name in ("training", "validation", "test")}
    gains = Gains(fit.problem, fit.best.p, parts.pop("training"), parts)
    positions = [(each.family, each.candidate, each.tested) for each in found if each.candidate.kind == "position"]
    judged = _judged(found, gains, progress) + [Found(None, *own) for own in judge_ends(tests, gains, positions)]
    return _table(judged, fit)


def _table(found: Sequence[Found], fit: Reopened) -> pd.DataFrame:
    numbering = fit.summary.get("numbering")
    observations = sum(float(dataset.data.observations) for dataset in fit.part("test"))
    table = pd.DataFrame([_row(each, numbering, observations) for each in found], columns=LACKING)
    table["q"] = table.groupby("kind")["p"].transform(false_discovery)
    return table.sort_values(["validation_gain", "p", "kind"], ascending=[False, True, True], kind="stable", ignore_index=True)


def _tested(fit: Reopened, tests: ScoreTests, progress: Step) -> list[Found]:
    """Return all extensions that the data inform of, tested."""
    problem, letters = fit.problem, [dataset.letters for dataset in fit.part("training")]
    all_families = families(problem, letters, [each.slopes for each in tests.datasets])
    all_families += elsewhere(problem, fit.best.p) + shared(problem, groups_of(fit))
    found = []
    for done, family in enumerate(all_families):
        progress(done, len(all_families), "score tests")

        def columns(number, rows, family=family):
            return family.columns(tests.datasets[number], letters[number][rows], rows)

        tested = map(family.one_sided, tests.test(columns, family.candidates, family.exclusive))
        pairs = zip(family.candidates, tested, strict=True)
        found += [Found(family, candidate, each) for candidate, each in pairs if each.df]
    return found


def groups_of(fit: Reopened) -> list[tuple[str, frozenset[int]]]:
    """Return what parameters might differ by: each dataset, and each value of a condition, that leaves others outside."""
    everyone = frozenset(range(len(fit.datasets)))
    groups: dict[frozenset[int], str] = {}
    columns = list(dict.fromkeys(column for dataset in fit.datasets for column in dataset.conditions))
    for number, dataset in enumerate(fit.datasets):
        groups.setdefault(frozenset([number]), f"in {dataset.name}")
    for column in columns:
        values = [dataset.conditions.get(column) for dataset in fit.datasets]
        for value in dict.fromkeys(values):
            members = frozenset(number for number, own in enumerate(values) if own == value)
            groups.setdefault(members, f"where {column} is {value}")
    kept: dict[frozenset[int], str] = {}
    for members, note in groups.items():
        if members != everyone and everyone - members not in kept:
            kept[members] = note
    return [(note, members) for members, note in kept.items()]


def _judged(found: Sequence[Found], gains: Gains, progress: Step) -> list[Found]:
    """Return the candidates, with gains of those that the tests pick out."""
    judged = list(found)
    chosen = sorted(_worth_judging(found))
    for done, k in enumerate(chosen):
        progress(done, len(chosen), "gains on held-out variants")
        each = found[k]
        judged[k] = replace(each, gained=gains.of_step(each.family, each.candidate, each.tested))
    return judged


def _worth_judging(found: Sequence[Found]) -> set[int]:
    """Return the numbers of the candidates to judge: per kind those with the smallest p."""
    by_kind: dict[str, list[tuple[float, int]]] = {}
    for k, each in enumerate(found):
        if each.tested.p < _LEVEL:
            by_kind.setdefault(each.candidate.kind, []).append((each.tested.p, k))
    return {k for own in by_kind.values() for _, k in sorted(own)[:MOST_JUDGED]}


def _row(found: Found, numbering: int | None, observations: float) -> dict:
    candidate, tested = found.candidate, found.tested
    row = {"kind": candidate.kind, "what": what(candidate, numbering), "site": candidate.site}
    row |= {"positions": " ".join(map(str, candidate.positions)), "numbered": numbered(candidate.positions, numbering)}
    row |= {"df": tested.df, "statistic": tested.statistic, "p": tested.p}
    if found.gained is None:
        return row
    test = gain_of(found.gained["test"])
    row |= {"validation_gain": float(found.gained["validation"].sum()), "gain": test.nats, "low95": test.low95}
    return row | {"high95": test.high95, "gain_bits": test.nats / np.log(2) / observations}


def false_discovery(p: pd.Series) -> pd.Series:
    """Return the q values of Benjamini and Hochberg, the smallest false discovery rate at which each p is a discovery."""
    known = p.dropna().sort_values(ascending=False)
    rank = np.arange(len(known), 0, -1)
    q = np.minimum.accumulate(np.minimum(known.to_numpy() * len(known) / rank, 1.0))
    return pd.Series(q, index=known.index).reindex(p.index)
