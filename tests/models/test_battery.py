"""What every model must do, whatever its family; a new file in config/models is picked up by itself."""

import json
from collections.abc import Mapping

import numpy as np
import pytest
import torch
import yaml
from model_cases import CASES, SHIPPED
from safetensors.torch import save_file
from scipy.special import logsumexp, softmax

from cisphys.models.describe import description_table, description_text
from cisphys.models.mirrors import find_mirrors
from cisphys.models.saved import load_fit

NO_CUDA = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
MIRRORED = [case for case in CASES if find_mirrors(case.blank().spec)]
IN_EQUILIBRIUM = [case for case in CASES if case.spec.family == "thermodynamic"]
WITH_SITES = [case for case in CASES if case.spec.states]
WITH_MATRICES = [case for case in CASES if case.blank().blocks]
WITH_COLUMNS = [case for case in CASES if case.spec.condition_columns]
WITH_CONCENTRATIONS = [case for case in CASES if any(site.concentration for site in case.spec.sites)]


def each(cases):
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)


@torch.no_grad()
def said(network, letters, conditions=None) -> dict[str, np.ndarray]:
    """Return all that a network says of variants: the latent by state and site, as far as it has them."""
    found = {"latent": network(letters, conditions)}
    if network.blocks:
        energies = network.energies(letters, conditions)
        found |= {f"energy {site}": energies[:, k] for k, site in enumerate(network.spec.site_names)}
    if network.spec.states:
        occupancies = network.occupancies(letters, conditions)
        found |= {f"state {state}": occupancies[:, s] for s, state in enumerate(network.spec.states)}
    return {name: value.numpy(force=True) for name, value in found.items()}


def assert_same(found: Mapping[str, np.ndarray], expected: Mapping[str, np.ndarray], **tolerance):
    assert found.keys() == expected.keys()
    for name in expected:
        np.testing.assert_allclose(found[name], expected[name], err_msg=name, **(tolerance or {"rtol": 1e-11, "atol": 1e-11}))


def test_every_shipped_model_is_here():
    assert {path.stem for path in SHIPPED} <= {case.name for case in CASES}
    assert "lac_thermodynamic" in {case.name for case in CASES}


@each(CASES)
def test_one_by_one_or_all_at_once(case):
    network, letters = case.network(), case.letters()
    one_by_one = [said(network, row[None], case.conditions[0]) for row in letters]
    assert_same(
        {name: np.concatenate([found[name] for found in one_by_one]) for name in one_by_one[0]},
        said(network, letters, case.conditions[0]),
    )


@each(CASES)
def test_an_empty_batch(case):
    found = said(case.network(), case.letters(0), case.conditions[0])
    assert {value.shape for value in found.values()} == {(0,)}


@each(CASES)
def test_identical_variants_get_identical_bits(case):
    letters = np.repeat(case.letters(1), 50, axis=0)
    for value in said(case.network(), letters, case.conditions[0]).values():
        assert np.isfinite(value).all()
        np.testing.assert_array_equal(value, value[0])


@each(CASES)
def test_variants_differ(case):
    """Where they did not, none of the other tests would say anything."""
    assert np.ptp(said(case.network(), case.letters(), case.conditions[0])["latent"]) > 0.1


@each(CASES)
def test_float32_is_near_float64(case):
    double, letters = case.network(), case.letters()
    single = case.network().float()
    found = said(single, letters, case.conditions[0])
    assert {value.dtype for value in found.values()} == {np.dtype("float32")}
    assert_same(found, said(double, letters, case.conditions[0]), rtol=1e-4, atol=1e-4)


@each(CASES)
@pytest.mark.parametrize("device", ["cpu", pytest.param("cuda", marks=NO_CUDA)])
def test_devices_say_the_same(case, device):
    letters, expected = case.letters(), said(case.network(), case.letters(), case.conditions[0])
    with torch.device(device):
        network = case.network()
        assert {value.device.type for value in network.named_values().values()} == {device}
        found = said(network, letters, case.conditions[0])
    assert_same(found, expected, rtol=0 if device == "cpu" else 1e-9, atol=0 if device == "cpu" else 1e-9)


@each(CASES)
def test_saved_and_loaded_it_gives_the_same_bits(case, tmp_path):
    network, letters = case.network(), case.letters()
    spline = torch.as_tensor(np.random.default_rng(3).normal(0, 1, (6, 3)))
    values = network.named_values() | {"measurement.x.spline": spline, "measurement.x.mean": torch.tensor(0.1).double()}
    save_file(
        {name: value.contiguous() for name, value in values.items()} | {"measurement.x.sd": torch.tensor(2.0).double()},
        tmp_path / "parameters.safetensors",
    )
    (tmp_path / "model.yaml").write_text(yaml.safe_dump(case.data, sort_keys=False))
    summary = {"wild_type": "A" * case.length, "condition_levels": {key: list(own) for key, own in network.levels.items()}}
    summary["datasets"] = {"x": {"kind": "sorted_bins", "bins": [0, 1, 2], "conditions": case.conditions[1]}}
    (tmp_path / "summary.json").write_text(json.dumps(summary))
    loaded, sequences = load_fit(tmp_path), case.sequences(letters)
    assert_same(said(loaded.network, letters, case.conditions[1]), said(network, letters, case.conditions[1]), rtol=0)
    np.testing.assert_array_equal(loaded.latent(sequences), said(network, letters, case.conditions[1])["latent"])
    np.testing.assert_allclose(loaded.predict(sequences).sum(1), 1)


@each(CASES)
def test_description_tells_every_parameter(case):
    network = case.network()
    assert description_text(network)
    told = description_table(network).drop_duplicates("weight").set_index("weight")["values"]
    for name, value in network.named_values().items():
        assert told[name] == value.numel(), name


@each(WITH_COLUMNS)
def test_levels_of_a_condition_have_parameters_of_their_own_and_share_the_rest(case):
    network, letters, values = case.network(), case.letters(), case.values()
    low, high = (f".{level}" for level in network.levels[case.spec.condition_columns[0]])
    exchanged = {name.replace(low, ".?").replace(high, low).replace(".?", high): value for name, value in values.items()}
    assert list(exchanged) != list(values)
    first, second = case.conditions
    second = first | {column: second[column] for column in case.spec.condition_columns}  # and not the concentrations
    assert_same(said(network, letters, first), said(case.network(exchanged), letters, second))
    assert np.abs(said(network, letters, first)["latent"] - said(network, letters, second)["latent"]).max() > 1e-3


@each(WITH_CONCENTRATIONS)
def test_concentrations_shift_the_energies_of_their_sites_by_their_logarithm(case):
    network, letters = case.network(), case.letters()
    low, high = (
        said(network, letters, {**case.conditions[0], **dict.fromkeys(case.spec.concentration_columns, value)})
        for value in ("1", "3")
    )
    for site in case.spec.sites:
        step = -np.log(3) if site.concentration else 0
        np.testing.assert_allclose(high[f"energy {site.name}"] - low[f"energy {site.name}"], step, atol=1e-12)


@each(CASES)
def test_columns_that_it_does_not_depend_on_change_nothing(case):
    network, letters = case.network(), case.letters()
    more = {**case.conditions[0], "weather": "fine"}
    assert_same(said(network, letters, more), said(network, letters, case.conditions[0]), rtol=0)


@each(WITH_SITES)
def test_the_order_of_sites_does_not_matter(case):
    data = case.data | {"sites": dict(reversed(case.data["sites"].items()))}
    other = type(case)(case.name, data)
    found = said(other.network(case.values()), case.letters(), case.conditions[0])
    assert_same(found, said(case.network(), case.letters(), case.conditions[0]))


@each(WITH_SITES)
def test_names_mean_nothing(case):
    """Sites are renamed, and with them whatever has the name of one (states, rates, columns)."""
    new = {site: f"site_{number}" for number, site in enumerate(reversed(case.spec.site_names))}
    other = type(case)(case.name, renamed(case.data, new))
    values = {".".join(new.get(part, part) for part in name.split(".")): value for name, value in case.values().items()}
    found = said(other.network(values), case.letters(), renamed(case.conditions[0], new))
    expected = said(case.network(), case.letters(), case.conditions[0])
    kinds = (name.partition(" ") for name in expected)
    names = [f"{kind}{space}{new.get(rest, rest)}" for kind, space, rest in kinds]
    assert_same(found, dict(zip(names, expected.values(), strict=True)))


def renamed(data, new):
    """Return YAML data in which every text and key that is an old name is the new one."""
    if isinstance(data, dict):
        return {new.get(key, key): renamed(value, new) for key, value in data.items()}
    if isinstance(data, list):
        return [renamed(value, new) for value in data]
    return new.get(data, data) if isinstance(data, str) else data


@each(WITH_MATRICES)
def test_a_constant_may_move_between_an_energy_matrix_and_the_chemical_potential(case):
    """Of a kinetic model, the rate constant of the site takes part; the site that holds the unit of time is left out."""
    values, names, letters = case.values(), set(case.values()), case.letters()
    network = case.network()
    for number, (block, site) in enumerate(zip(network.blocks, network.sites_of, strict=True)):
        name = case.spec.site_names[site]
        if case.spec.family == "kinetic" and f"log_rate.{name}" not in names:
            continue
        shift = np.random.default_rng(number).normal(0, 1, (block.length, 1))
        values[f"theta.{block.name}"] = values[f"theta.{block.name}"] + shift
        for mu in names & {f"mu.{name}", *(f"mu.{name}.{value}" for own in network.levels.values() for value in own)}:
            values[mu] = values[mu] - shift.sum()
        if case.spec.family == "kinetic":
            values[f"log_rate.{name}"] = values[f"log_rate.{name}"] - shift.sum()
    found, expected = (said(network, letters, case.conditions[0]) for network in (case.network(values), network))
    if not case.spec.states:  # the measurement takes up a constant
        found, expected = ({"latent": each["latent"] - each["latent"].mean()} for each in (found, expected))
    if case.spec.family == "kinetic":
        found, expected = ({k: v for k, v in each.items() if not k.startswith("energy")} for each in (found, expected))
    assert_same(found, expected, rtol=1e-9, atol=1e-9)


@each(MIRRORED)
def test_mirror_images_predict_the_same(case):
    values, letters, network = case.values(), case.letters(), case.network()
    spec = network.spec
    for mirror in find_mirrors(spec):
        I = np.array([values[f"interaction.{name}"] for name in spec.interaction_names])
        turned = dict(values)
        for kind, *rest in (name.split(".") for name in values):
            name = ".".join([kind, *rest])
            if kind in ("theta", "pairs"):
                turned[name] = values[name] * mirror.sign[spec.site_names.index(rest[0])]
            elif kind == "mu":
                k = spec.site_names.index(rest[0])
                turned[name] = values[name] * mirror.sign[k] + mirror.shift[k] @ I
        turned |= {f"interaction.{name}": value for name, value in zip(spec.interaction_names, mirror.turn @ I, strict=True)}
        u, image = (said(each, letters, case.conditions[0])["latent"] for each in (network, case.network(turned)))
        np.testing.assert_allclose(image, -u if mirror.reverses else u, atol=1e-10)


@each(IN_EQUILIBRIUM)
def test_the_network_of_the_paper_with_weights_of_0_and_1(case):
    """Linear energies, 0/1 weights into a softmax, rates (Tareen & Kinney 2020); states and rates from the YAML itself."""
    values, letters, states = case.values(), case.letters(), case.data["states"]
    groups = [[site] for site in case.data["sites"]] + case.data.get("interactions", [])
    inputs = [energy_by_hand(case, site, letters) for site in case.spec.sites]
    inputs += [np.full(len(letters), values["interaction." + ".".join(group)]) for group in groups[len(inputs) :]]
    weights = np.array([[float(set(group) <= set(members)) for members in states.values()] for group in groups])
    P = softmax(-np.transpose(inputs) @ weights, axis=1)
    found = said(case.network(), letters, case.conditions[0])
    np.testing.assert_allclose(np.transpose([found[f"state {state}"] for state in states]), P, atol=1e-12)
    given = case.data["transcribes"]
    given = dict.fromkeys(given, 1) if isinstance(given, list) else given
    if len({rate for rate in given.values() if rate != 0}) == 1:  # two levels
        on = P[:, [given.get(state, 0) != 0 for state in states]].sum(1)
        np.testing.assert_allclose(found["latent"], np.log(on / (1 - on)), rtol=1e-8, atol=1e-8)
    else:
        np.testing.assert_allclose(found["latent"], np.log(P @ rates_of(case.data, values)), rtol=1e-8, atol=1e-8)


def energy_by_hand(case, site, letters) -> np.ndarray:
    """Return G (variants,) of a site from one-hot bases, and pairs of them where it has such energies."""
    values, one_hot = case.values(), np.eye(4)[letters].reshape(len(letters), -1)
    modes = [
        sum(
            one_hot @ weights_of(place, site, values, case.length) + pairs_of(place, site, values, letters)
            for place in mode.placements
        )
        + values.get(f"spacer.{site.name}.{mode.spacer}", 0.0)
        for mode in site.modes
    ]
    return mu_of(site, values, case.conditions[0]) - logsumexp(-np.array(modes), axis=0)


def weights_of(place, site, values, length) -> np.ndarray:
    """Return the weights (4 * length,) with which a placement reads one-hot variants."""
    theta = values[f"theta.{site.blocks[place.block].name}"]
    weights = np.zeros((length, 4))
    weights[place.start : place.stop] = theta if place.strand == "+" else theta[::-1, ::-1]
    return weights.ravel()


def pairs_of(place, site, values, letters) -> np.ndarray | float:
    """Return the energy (variants,) of the neighbouring bases of a site on the plus strand, 0 for single bases."""
    if site.features == "single":
        return 0.0
    assert (site.features, place.strand) == ("neighbour", "+")
    own = letters[:, place.start : place.stop]
    pairs = values[f"pairs.{site.blocks[place.block].name}"]
    return sum(energies[left, right] for energies, left, right in zip(pairs, own.T, own.T[1:], strict=False))


def mu_of(site, values, conditions) -> float:
    name = f"mu.{site.name}" + (f".{conditions[site.condition]}" if site.condition else "")
    return values[name] - (np.log(float(conditions[site.concentration])) if site.concentration else 0.0)


def rates_of(data, values) -> list[float]:
    """Return the rate of each state in units of the highest given, by what the YAML says."""
    given, basal = data["transcribes"], data.get("basal", 0)
    unit = max(value for value in given.values() if value != "free")
    basal = np.exp(values["log_rate.basal"]) if basal == "free" else basal / unit
    own = {state: np.exp(values[f"log_rate.{state}"]) if value == "free" else value / unit for state, value in given.items()}
    return [own.get(state, basal) for state in data["states"]]


@each(WITH_MATRICES)
def test_slopes_of_the_latent_against_finite_differences(case):
    network, random, step = case.network(), np.random.default_rng(5), 1e-5
    with torch.no_grad():
        placed, scalars = network.placed_energies(case.letters(6)), network.local_scalars(case.conditions[0])[0]
    _, by_energy, by_scalar = network.latent_and_slopes(placed, scalars)
    ahead = [torch.as_tensor(random.normal(0, 1, tuple(each.shape))) for each in (placed, scalars)]
    with torch.no_grad():
        up, down = (network.latent(placed + sign * step * ahead[0], (scalars + sign * step * ahead[1])[None]) for sign in (1, -1))
    expected = (by_energy * ahead[0]).sum(1) + by_scalar @ ahead[1]
    np.testing.assert_allclose((up - down) / (2 * step), expected, rtol=1e-6, atol=1e-7)
