"""Fit one model with MAVE-NN 1.1.4, in an environment of its own; `bench_models.py` runs it.

Usage: mavenn_models.py MODEL TABLE OUT.npz [--epochs N]. OUT holds the CPU seconds of the fit alone (imports, encoding and
evaluation are left out) and the log likelihood of each test variant (nats; of densities per unit of y for continuous y). The
settings are those of MAVE-NN's own examples: its additive model of the lac promoter, its tutorials 3 (splice sites) and 5 (lac).
"""

import argparse
import time
from pathlib import Path

import mavenn
import numpy as np
import pandas as pd
from keras.initializers import Constant, RandomNormal
from mavenn.src.layers.gpmap import GPMapLayer
from mavenn.src.utils import set_seed
from scipy.special import gammaln

SKEWED_T = {"alphabet": "rna", "regression_type": "GE", "ge_noise_model_type": "SkewedT", "ge_heteroskedasticity_order": 2}
PATIENT = {"epochs": 1000, "learning_rate": 0.001, "early_stopping_patience": 10, "linear_initialization": False}


class LacPromoter(GPMapLayer):
    """CRP, RNAP and their interaction; phi is the probability that RNAP is bound, as in MAVE-NN's tutorial 5.

    Version 1.1.4 needs `alphabet`, takes no `C`, and fails in the `build` of its base class.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)

        def weight(name, shape, start):
            return self.add_weight(name=name, shape=shape, initializer=start, trainable=True, regularizer=self.regularizer)

        self.theta_sites = [
            (start, stop, weight(f"theta_{start}", (stop - start, 4), RandomNormal(0, (stop - start) ** -0.5)))
            for start, stop in ((1, 27), (34, 75))
        ]
        self.theta_mu = weight("theta_mu", (2,), Constant(1.0))
        self.theta_interaction = weight("theta_interaction", (1,), Constant(-4.0))
        self.built = True

    def build(self, input_shape):
        """Do nothing: the weights are there."""

    def call(self, x):
        """Return phi (variants, 1) from the one-hot sequences (variants, 4 * length)."""
        import tensorflow as tf

        letters = tf.reshape(x, [-1, self.L, self.C])
        sums = [tf.reduce_sum(letters[:, start:stop] * theta, [1, 2]) for start, stop, theta in self.theta_sites]
        crp, rnap = (self.theta_mu[k] + energy for k, energy in enumerate(sums))
        bound = tf.exp(-rnap) + tf.exp(-crp - rnap - self.theta_interaction)
        return tf.reshape(bound / (1 + tf.exp(-crp) + bound), [-1, 1])


def settings(model: str) -> tuple[dict, dict]:
    """Return the arguments of `mavenn.Model` and of its `fit`."""
    lac = {"L": 75, "Y": 10, "alphabet": "dna", "regression_type": "MPA"}
    if model == "lac_additive":
        build = {"gpmap_type": "additive", "mpa_hidden_nodes": 100, "theta_regularization": 0.001, "eta_regularization": 0.1}
        fit = {"epochs": 1000, "learning_rate": 0.005, "early_stopping_patience": 10, "batch_size": 500}
        return lac | build, fit | {"linear_initialization": True}
    if model == "lac_thermodynamic":
        kwargs = {"L": 75, "alphabet": ["A", "C", "G", "T"], "theta_regularization": 0.1}
        build = {"gpmap_type": "custom", "custom_gpmap": LacPromoter, "gpmap_kwargs": kwargs}
        fit = {"epochs": 2000, "learning_rate": 5e-4, "early_stopping_patience": 25, "batch_size": 100}
        return lac | build, fit | {"linear_initialization": False}
    kind = {"mpsa_additive": "additive", "mpsa_neighbour": "neighbor", "mpsa_pairwise": "pairwise"}[model]
    return {"L": 9, "gpmap_type": kind, **SKEWED_T}, PATIENT | {"batch_size": 50 if kind == "pairwise" else 200}


def log_likelihoods(model: mavenn.Model, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the log likelihood (nats) of each variant's reads, y (variants, bins), or of its value, y (variants,)."""
    phi = model.x_to_phi(x)
    if y.ndim == 1:
        return log_skewed_t(model, model.phi_to_yhat(phi), y)
    p = np.asarray(model.p_of_y_given_phi(np.arange(y.shape[1]), phi))
    return (y * np.log(p.T)).sum(1)


def log_skewed_t(model: mavenn.Model, yhat: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the log density of y (variants,) by MAVE-NN's formula (Jones & Faddy 2003) and its fitted parameters, in float64.

    Its own float32 loses the difference of large log gammas where a and b are large: densities of e^10 and e^-17 come out.
    """
    layer = model.layer_noise_model
    at, value = (np.asarray((each - model.y_mean) / model.y_std, float) for each in (yhat, y))
    powers = np.stack([at**k for k in range(layer.K + 1)], 1)
    a, b, s = (np.exp(powers @ np.asarray(weight, float).ravel()) for weight in (layer.w_a, layer.w_b, layer.w_s))
    a, b = np.maximum(a, 0.01), np.maximum(b, 0.01)
    mode = (a - b) * np.sqrt(a + b) / np.sqrt((2 * a + 1) * (2 * b + 1))
    t = mode + (value - at) / s
    arg = t / np.sqrt(a + b + t**2)
    log_p = (a + 0.5) * np.log1p(arg) + (b + 0.5) * np.log1p(-arg) - (a + b - 1) * np.log(2) - 0.5 * np.log(a + b)
    return log_p + gammaln(a + b) - gammaln(a) - gammaln(b) - np.log(s) - np.log(model.y_std)


def main() -> None:
    """Fit, evaluate on the test variants, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("table", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, help="stop after so many")
    given = parser.parse_args()
    set_seed(1)
    table = pd.read_csv(given.table)
    bins = [column for column in table if column.startswith("ct_")]
    values = table[bins].to_numpy() if bins else table["y"].to_numpy()
    build, fit = settings(given.model)
    model = mavenn.Model(**build)
    test = (table["set"] == "test").to_numpy()
    flags = (table["set"] == "validation").to_numpy()[~test]
    model.set_data(x=table["x"].to_numpy()[~test], y=values[~test], validation_flags=flags, verbose=False)
    start = time.process_time()
    model.fit(**fit | ({"epochs": given.epochs} if given.epochs else {}), verbose=False, try_tqdm=False)
    seconds = time.process_time() - start
    scores = log_likelihoods(model, table["x"].to_numpy()[test], values[test])
    np.savez(given.out, cpu_s=seconds, epochs=len(model.history["loss"]), log_likelihoods=scores)


if __name__ == "__main__":
    main()
