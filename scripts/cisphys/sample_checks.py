"""What a sample must agree with: the config, the run sheet and the other samples. Each mistake gives its line."""

from typing import TYPE_CHECKING

from cisphys.errors import nearest
from cisphys.reads.layout import Layout
from cisphys.settings import Experiment, Settings
from cisphys.yaml_lines import Lines

if TYPE_CHECKING:
    from cisphys.sheets import Run, Sample


class SampleChecks:
    """Checks samples against the config, the run sheet and each other."""

    def __init__(self, settings: Settings, runs: tuple["Run", ...]):
        self.settings = settings
        self.run_of = {run.name: run for run in runs}
        self.indexed: dict[tuple[str, str], Sample] = {}
        self.experiments = {experiment.name: experiment for experiment in settings.experiments}

    def check(self, sample: "Sample", lines: Lines) -> None:
        """Raise InputError for what is wrong with one sample, and keep it to compare later ones with."""
        if sample.run not in self.run_of:
            problem = f"run '{sample.run}' of sample '{sample.name}' is not in {self.settings.runs}"
            raise lines.error(f"{problem} ({nearest(sample.run, self.run_of)})")
        if self.run_of[sample.run].role == "association":
            problem = f"sample '{sample.name}' is in run '{sample.run}', whose role is association"
            raise lines.error(problem, remedy="Take the sample out, or give the run the role counts")
        self._check_index(sample, lines)
        if sample.role == "data":
            self._check_place(sample, lines)

    def check_runs(self, samples: tuple["Sample", ...]) -> None:
        """Raise InputError where a run has no samples, or more than one although one of them has no index."""
        for run in self.run_of.values():
            if run.role == "association":
                continue
            own = [sample for sample in samples if sample.run == run.name]
            if not own:
                problem = f"no sample of {self.settings.samples} uses run '{run.name}'"
                raise Lines.at(self.settings.runs, run.line).error(problem, remedy="Add its samples, or take the run out")
            self._check_whole_run(run, own)

    def _check_index(self, sample: "Sample", lines: Lines) -> None:
        twin = self.indexed.setdefault((sample.run, sample.index), sample)
        if twin is not sample and sample.index:
            pair = f"samples '{twin.name}' (line {twin.line}) and '{sample.name}'"
            problem = f"{pair} of run '{sample.run}' have the same index {sample.index}"
            raise lines.error(problem, remedy="Correct one of the two")
        layout = self._layout(sample.run)
        if sample.index and not layout.has_sample:
            problem = f"sample '{sample.name}' has an index, but layout '{layout.name}' of its run has no sample element"
            raise lines.error(problem, remedy="Add sample[<length>] to the layout, or leave the index empty")

    def _check_place(self, sample: "Sample", lines: Lines) -> None:
        """Check that a data sample belongs to an experiment from reads, and has a bin."""
        if sample.experiment is None:
            remedy = "Name one, or give the sample the role control"
            raise lines.error(f"sample '{sample.name}' belongs to no experiment", remedy=remedy)
        if sample.experiment not in self.experiments:
            guess = nearest(sample.experiment, self.experiments)
            problem = f"experiment '{sample.experiment}' of sample '{sample.name}' is not in the config ({guess})"
            raise lines.error(problem, remedy="Write it under `experiments` there")
        if (sample.bin is None) == (sample.molecule is None):
            said = "no bin and no molecule" if sample.bin is None else "both a bin and a molecule"
            remedy = "Give either the gate's number as bin (0 = the unsorted library), or the molecule, dna or rna"
            raise lines.error(f"sample '{sample.name}' has {said}", remedy=remedy)
        self._check_counted(sample, self.experiments[sample.experiment], lines)

    def _check_counted(self, sample: "Sample", experiment: Experiment, lines: Lines) -> None:
        """Check that the layout counts what the experiment is known from: barcodes or variants."""
        if not experiment.from_reads:
            problem = f"sample '{sample.name}' belongs to experiment '{experiment.name}', which starts from a table"
            raise lines.error(problem, remedy="Take the sample out, or say `variants: observed` in the config")
        if self._layout(sample.run).pairs:
            problem = (
                f"layout '{self._layout(sample.run).name}' of run '{sample.run}' has a barcode and a variant, and one is counted"
            )
            raise lines.error(problem, remedy="Give the run the role association, or leave one of them out of the layout")
        wanted = "variant" if experiment.kind == "observed" else "barcode"
        layout = self._layout(sample.run)
        if layout.counted.name != wanted:
            problem = (
                f"experiment '{experiment.name}' counts {wanted}s, but layout '{layout.name}' of run '{sample.run}' has none"
            )
            raise lines.error(problem, remedy="Correct the layout, or the experiment in the config")
        if experiment.kind == "barcodes" and layout.counted.mismatches:
            problem = (
                f"layout '{layout.name}' of run '{sample.run}' allows mismatches to the barcodes of a library, and experiment "
                f"'{experiment.name}' has none"
            )
            raise lines.error(problem, remedy="Leave the '~' out; cluster_ratio finds misread barcodes without a library")

    def _check_whole_run(self, run: "Run", own: list["Sample"]) -> None:
        blank = next((sample for sample in own if not sample.index), None)
        if blank is None:
            return
        lines = Lines.at(self.settings.samples, blank.line)
        problem = f"sample '{blank.name}' has no index, so it takes the whole run '{run.name}'"
        if len(own) > 1:
            other = next(sample for sample in own if sample is not blank)
            raise lines.error(
                f"{problem}, but sample '{other.name}' (line {other.line}) is in it too", remedy="Fill in the index"
            )
        if self._layout(run.name).has_sample:
            remedy = "Fill in the index, or take the sample element out of the layout"
            raise lines.error(f"{problem}, but its layout '{run.layout}' has a sample element", remedy=remedy)

    def _layout(self, run: str) -> Layout:
        return self.settings.layouts[self.run_of[run].layout]
