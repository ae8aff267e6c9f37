"""Where tensors live."""

import pytest
import torch
from made_measurements import MAKERS, latents, some_beta
from promoters import OPTIONS, silent

from cisphys.errors import InputError
from cisphys.inference.device import chosen_device
from cisphys.inference.fit import fit_network

WITHOUT_GPU = pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
ON_GPU = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")


def test_cpu():
    assert chosen_device("cpu") == torch.device("cpu")
    with chosen_device("cpu"):
        assert torch.zeros(1).device.type == "cpu"


@WITHOUT_GPU
def test_auto_is_the_cpu_where_there_is_no_gpu():
    assert chosen_device("auto") == torch.device("cpu")


@WITHOUT_GPU
def test_cuda_without_a_gpu_is_a_mistake():
    with pytest.raises(InputError, match="torch sees no GPU"):
        chosen_device("cuda")


@pytest.mark.parametrize(("found", "kind"), [(True, "cuda"), (False, "cpu")])
def test_auto_takes_a_gpu_where_there_is_one(monkeypatch, found, kind):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: found)
    assert chosen_device("auto").type == kind


@ON_GPU
def test_a_fit_on_a_gpu_is_that_on_the_cpu(truth, reads, fit):
    with chosen_device("cuda"):
        found = fit_network(truth[0].spec, [reads], OPTIONS, silent)
    assert found.best.p.device.type == "cuda"
    assert found.best.objective == pytest.approx(fit.best.objective, abs=0.01)


@ON_GPU
@pytest.mark.parametrize("name", MAKERS)
def test_a_measurement_on_a_gpu_is_that_on_the_cpu(name):
    said = []
    for device in ("cpu", "cuda"):
        with chosen_device(device):
            process, v = MAKERS[name](), latents().to(device)
            beta = some_beta(process).to(device)
            at = process.evaluate(beta, v)
            said.append([at.by_v, at.by_beta, process.information(beta, v, at.place).own, process.log_likelihoods(beta, v)])
    for own, other in zip(*said, strict=True):
        torch.testing.assert_close(other.cpu(), own, rtol=1e-8, atol=1e-8)
