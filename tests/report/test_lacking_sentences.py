"""What a fit lacks, in sentences."""

import numpy as np
import pandas as pd

from cisphys.report.lacking import NOTHING, UNTESTED, lacking_sentences


def test_sentences():
    rows = [
        ("position", "position −2 acts on the energy of A", "A", "16", 0.001, 9.0, 8.4, 2.0, 14.6),
        ("position", "position −2 acts on the energy of P", "P", "16", 0.001, 8.0, 8.0, 1.0, 15.0),
        ("position", "position −1 acts on the energy of A", "A", "17", 0.001, 3.0, 8.0, 1.0, 15.0),
        ("position", "position −1 acts on the energy of P", "P", "17", 0.9, np.nan, np.nan, np.nan, np.nan),
        ("position", "position −13 acts on the energy of P", "P", "5", 0.01, 7.0, 6.0, 1.0, 11.0),
        ("pair", "positions −2 and −1 act together on the energy of P", "P", "16 17", 0.01, 7.0, 6.0, -1.0, 11.0),
        ("site_narrower", "A does not read −16", "A", "2", 0.5, -0.5, 0.5, -1.0, 2.0),
    ]
    columns = ["kind", "what", "site", "positions", "q", "validation_gain", "gain", "low95", "high95"]
    assert lacking_sentences(pd.DataFrame(rows, columns=columns), -18) == [
        "Positions −2 and −1 act on A (or on P), and no site covers them; "
        "the strongest gains 8 nats on the test variants, 95 % interval 2 to 15.",
        "Position −13 acts on P, which A covers; it gains 6 nats on the test variants, 95 % interval 1 to 11.",
        "Variants that were not fitted do not tell that A reads −16.",
    ]
    assert lacking_sentences(pd.DataFrame(rows[5:6], columns=columns), -18) == [NOTHING]
    assert lacking_sentences(pd.DataFrame(columns=columns), -18) == [UNTESTED]
