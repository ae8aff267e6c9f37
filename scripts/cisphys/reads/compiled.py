"""How kernels are compiled: by numba, once per machine, kept on disk so that a later start takes no time.

numba notices that a kernel's own file has changed, and not the files of what it calls. So a kernel never calls one of another
file; a test holds that. Kernels allocate nothing, so arrays are not reference-counted in them, which would take half the time.
"""

import gc
from collections.abc import Callable

gc.disable()  # numba makes very many objects that stay: looking for garbage among them takes a tenth of a second
import numba  # noqa: E402
import numba.np.linalg  # noqa: E402

gc.freeze()
gc.enable()

OPTIONS = {"nogil": True, "_nrt": False}


def _no_scipy() -> None:
    """Answer numba's question for scipy's BLAS, which costs a third of the time to start, as where there is no scipy."""
    raise ImportError("kernels of this project use no linear algebra")


numba.np.linalg.ensure_blas = _no_scipy


def compiled(function: Callable) -> Callable:
    """Compile a function when it is first called; it runs without Python's lock.

    Where no folder can be written to, it is compiled anew in every process.
    """
    try:
        return numba.njit(cache=True, **OPTIONS)(function)
    except RuntimeError:
        return numba.njit(**OPTIONS)(function)


def part_of_kernels(function: Callable) -> Callable:
    """Compile a function into each of the kernels that call it."""
    return numba.njit(forceinline=True, **OPTIONS)(function)
