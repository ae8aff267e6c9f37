"""What is said of each figure of a fit: words for those who cannot see it, and a caption."""

from cisphys.models.spec import LINEAR
from cisphys.report.folder import FitResults
from cisphys.report.observed import observed


def energy_matrices(fit: FitResults) -> tuple[str, str]:
    """Say what the energy-matrix figure shows."""
    struck = "struck through where its 95 % interval, at a given scale of all energies, includes 0."
    if fit.spec.family in LINEAR:
        words = "Effects of the bases on the latent: sequence logo and heat map of the change per base."
        beside = " Pairs of bases add to these." if fit.spec.family != "additive" else ""
        logo = "the effects as a logo (letters above the line raise the latent), their standard errors"
        changes = f"the effect of every single mutation against the wild type (dots), {struck}"
        return words, f"Top: the variant. Below: {logo}, and {changes}{beside}"
    words = f"Energy matrices of {', '.join(fit.spec.site_names)}: promoter track, sequence logos and heat maps per base."
    logo = "the energies as a logo (letters above the line favour binding), standard errors"
    changes = f"the change of energy of every single mutation against the wild type (dots), {struck}"
    return words, f"Top: the variant and its sites. Below, per site: {logo}, and {changes}"


def measurement(fit: FitResults) -> tuple[str, str]:
    """Say what the figure of the measurement processes shows."""
    seen = observed(fit.summary)
    return f"{seen.words}, for {', '.join(fit.summary['datasets'])}.", seen.caption


def lacking(fit: FitResults) -> tuple[str, str]:
    """Say what the figure of what the model lacks shows."""
    words = "The promoter with its sites, bars for positions that act outside them, and a triangle of pairs of positions."
    bars = "Bars: score tests of positions that a site does not cover, acting on its energy. Triangle: pairs of positions, by the"
    gain = "Dark bars and rings: validation variants gain, and the test variants confirm it (95 % interval above 0)."
    return words, f"{bars} energy on which it says most; lines are the sites. {gain}"


def has_lacking(fit: FitResults) -> bool:
    """Tell whether a position or a pair of positions was tested, so that the figure shows something."""
    return not fit.has("lacking.tsv") or bool(fit.table("lacking.tsv")["kind"].isin(["position", "pair"]).any())


def has_profiles(fit: FitResults) -> bool:
    """Tell whether any parameter has a profile, so that the figure shows something."""
    return not fit.has("profiles.tsv") or not fit.table("profiles.tsv").empty


def occupancies(fit: FitResults) -> tuple[str, str]:
    """Say what the figure of the occupancies shows."""
    words = f"How likely the states {', '.join(fit.spec.states)} are: stacked over the library, and bars for the wild type."
    library = "Left: means over groups of training variants, in the order of their predicted rate. Right: the wild type."
    unknown = fit.summary.get("not_identifiable", [])
    beside = f" They rest on the values of {', '.join(unknown)} in this fit, which these data do not pin." if unknown else ""
    return words, library + beside


def landscape(fit: FitResults) -> tuple[str, str]:
    """Say what the figure of the energy landscape shows."""
    words = (
        f"Levels of the free energies of the states {', '.join(fit.spec.states)}, and the latent over binding energies of sites."
    )
    levels = "Levels: the wild type, beside it the training variants; open where the data do not pin an energy."
    colours = "Colours: the latent over the energies of the sites that move it most, against the wild type (star)."
    source = "They are those from which the fit predicts; where data hardly tell a parameter, its profile's best may be another."
    mirrors = " Mirror solutions with other levels fit as well; this is the canonical one." if fit.summary.get("mirrors") else ""
    return words, f"{levels} {source} {colours}{mirrors}"


def search(fit: FitResults) -> tuple[str, str]:
    """Say what the figure of the search shows."""
    words = "Dots for the random starts by their objective, and for each ridge and number of splines by the validation data."
    left = "Left: the objective on training data of each random start above the best one of its ridge and splines."
    return words, f"{left} Right: the log likelihood of the validation data, which chose ridge and splines."


def traces(fit: FitResults) -> tuple[str, str]:
    """Say what the figure of the traces shows."""
    words = "Training and validation against the steps of the optimiser: what led to the result bold, other starts faint."
    left = (
        "Left: what the model tells of the training and the validation variants at each step, beyond one that sees no sequence."
    )
    right = "Right: how far the objective is above the least one of the same ridge and splines, and the log likelihood of the"
    return words, f"{left} {right} validation variants below its best on the way. Open points: steps of L-BFGS."


def recovery(fit: FitResults) -> tuple[str, str]:
    """Say what the figure against the reference shows."""
    words = f"Fitted against reference energies of {', '.join(fit.references['site'])}, one point per position and base."
    return words, "Fitted against reference energies, both zero-sum per position; on the grey line they are equal."


def identifiability(fit: FitResults) -> tuple[str, str]:
    """Say what the figure of identifiability shows."""
    words = "Eigenvalues of the information about the parameters, and the directions of the named parameters as rows of bars."
    left = "Left: how much the training data tell along each direction of all parameters, and of the named ones alone."
    right = "Right: what these do along each direction, the one told worst first (scale: the size of a matrix's energies)."
    return words, f"{left} {right}"


def network(fit: FitResults) -> tuple[str, str]:
    """Say what the diagram of the network shows."""
    words = f"The model {fit.summary.get('model', fit.name)} as a network, from the sequence to what is measured."
    return words, "DNA with its sites, their energies, the states with their weights, the rate, and what is measured."


def conditions(fit: FitResults) -> tuple[str, str]:
    """Say what the figure of the chemical potentials shows."""
    words = "Energy of binding to the wild type at each value of the condition, with intervals."
    return words, (
        "Energy of binding to the wild type at each value of the condition that it depends on, through the concentration of what "
        "binds, with 68 % (thick) and 95 % intervals (thin). An arrow: the interval is open on that side."
    )


def calibration(fit: FitResults) -> tuple[str, str]:
    """Say what the figure of predicted and observed shows."""
    words = f"Observed and predicted {observed(fit.summary).many} of test variants, in groups by their prediction."
    return words, (
        "What the test variants show, in groups by their prediction (points; 95 % interval of the difference), and what the "
        "fit says of them (line). Orange: off the line by more than the interval."
    )


def profiles(fit: FitResults) -> tuple[str, str]:
    """Say what the figure of the profile likelihoods shows."""
    words = "Profile likelihood of each parameter that the data inform, with its 68 % and 95 % intervals."
    return words, (
        "How the fit worsens as one parameter is held away from its best value and all others are optimised again. The lower "
        "line bounds the 68 %, the upper one the 95 % interval."
    )


def bootstrap(fit: FitResults) -> tuple[str, str]:
    """Say what the figure of the bootstrap shows."""
    words = "Bootstrap errors against sandwich errors, and the scatter of each named parameter over the replicates."
    return words, (
        "Errors of the bootstrap against those of the sandwich, and how the named parameters scatter over the replicates, beside "
        "the intervals of the profile and of the sandwich."
    )


def found_against_true(fit: FitResults) -> tuple[str, str]:
    """Say what the figure of the recovery shows."""
    words = "Energies and named parameters found again in simulated measurements, against what was put in."
    return words, (
        "What is found again, with its errors, of measurements that were drawn from this fit at the depth of the data, against "
        "what was put in."
    )


def coverage(fit: FitResults) -> tuple[str, str]:
    """Say what the figure of the coverage shows."""
    words = "Share of simulations in which the 68 and 95 % intervals of each parameter hold what was put in, with its interval."
    return words, (
        "How often intervals hold what was put in, over measurements that were drawn from this fit and fitted again; dashed: how "
        "often they should. Below: matrix elements by how often theirs hold, and what chance would do (lines) were they "
        "independent. They share the energies' scale, so those of one simulation miss together; the means have errors that allow "
        "for it."
    )


def design(fit: FitResults) -> tuple[str, str]:
    """Say what the figure of the planned data shows."""
    words = "Width of a parameter's 95 % interval with more reads, variants, bins or conditions."
    return words, "How the 95 % interval of a parameter would shrink with other data, by Fisher information and by simulation."
