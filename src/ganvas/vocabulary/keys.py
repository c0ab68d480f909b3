"""Which key some notes are in, by how long each tone sounds (Krumhansl 1990, the probe-tone profiles)."""

import numpy as np

from ganvas.vocabulary.score import REST, Mode, sounding

PROFILES: dict[Mode, tuple[float, ...]] = {
    "major": (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    "minor": (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}


def find_key(notes: np.ndarray) -> tuple[int, Mode]:
    """Return the tonic (pitch class) and mode that notes (voices, steps) correlate with most."""
    sounded = sounding(notes)
    weights = np.bincount(sounded[sounded != REST].astype(int) % 12, minlength=12).astype(np.float64)
    best: tuple[float, int, Mode] = (-2.0, 0, "major")
    for mode, profile in PROFILES.items():
        for tonic in range(12):
            value = float(np.corrcoef(weights, np.roll(profile, tonic))[0, 1]) if weights.std() else -1.0
            if value > best[0]:
                best = (value, tonic, mode)
    return best[1], best[2]
