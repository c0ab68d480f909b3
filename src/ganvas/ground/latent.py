"""Latent operations in numpy: truncation, walks, blends. `w` is (N, D) float32 throughout."""

import numpy as np


def truncate(w: np.ndarray, *, centre: np.ndarray, psi: float) -> np.ndarray:
    """Truncate latents towards the mean: centre + psi (w - centre) (Karras et al. 2019, StyleGAN, appendix B)."""
    return (centre + psi * (w - centre)).astype(np.float32)


def walk(points: np.ndarray, *, steps: int) -> np.ndarray:
    """Return `steps` latents along straight lines through `points` (K, D), K >= 2: first and last included."""
    assert points.ndim == 2 and len(points) >= 2 and steps >= 2
    at = np.linspace(0.0, len(points) - 1, steps)
    left = np.minimum(at.astype(int), len(points) - 2)
    share = (at - left)[:, None]
    return ((1 - share) * points[left] + share * points[left + 1]).astype(np.float32)


def blend(start: np.ndarray, end: np.ndarray, share: float) -> np.ndarray:
    """Return (1 - share) start + share end; at 0 and 1 it is one of them to the bit."""
    if share in (0, 1):
        return end if share else start
    return ((1 - share) * start + share * end).astype(np.float32)


def even_steps(distances: np.ndarray, *, steps: int) -> np.ndarray:
    """Place `steps` points on a path so that all are equally far from the next one.

    distances: float (P,) between the P + 1 places at which the path was looked at, evenly spaced over [0, 1]. Returns float64
    (steps,) in [0, 1): the first is 0, and 1 would be the next after the last.
    """
    reached = np.concatenate([[0.0], np.cumsum(np.maximum(distances, 1e-9))])
    return np.interp(np.arange(steps) / steps * reached[-1], reached, np.linspace(0.0, 1.0, len(reached)))
