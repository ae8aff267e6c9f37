"""Which variants of several datasets are the same sequence: their measurements may err together, so they are one unit."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from torch import Tensor


def same_sequences(letters: Sequence[np.ndarray]) -> list[Tensor]:
    """Return for each dataset which distinct sequence of them all each variant is, (variants,); `letters` (variants, length)."""
    rows = [row.tobytes() for own in letters for row in own]
    number, _ = pd.factorize(np.array(rows, dtype=object))
    stops = np.cumsum([len(own) for own in letters])[:-1]
    return [torch.as_tensor(part) for part in np.split(number, stops)]
