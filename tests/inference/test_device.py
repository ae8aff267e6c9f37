"""Where tensors live."""

import pytest
import torch

from cisphys.errors import InputError
from cisphys.inference.device import chosen_device

WITHOUT_GPU = pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")


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
