"""Where tensors live: the CPU, or a CUDA GPU where one is asked for or found."""

import torch

from cisphys.errors import InputError


def chosen_device(name: str) -> torch.device:
    """Return the device for ``cpu``, ``cuda`` or ``auto`` (a GPU where there is one); use it as a context manager.

    Raises
    ------
    InputError : ``cuda`` is asked for, but torch sees no GPU
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name == "cuda" and not torch.cuda.is_available():
        raise InputError(
            "`device: cuda` is asked for, but torch sees no GPU",
            remedy="Install the CUDA build of torch and run where there is a GPU, or say `device: cpu` or `auto`",
        )
    return torch.device(name)
