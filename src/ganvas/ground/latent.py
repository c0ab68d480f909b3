"""Latent operations in numpy: truncation, walks, style mixing, directions. `w` is (N, D) float32 throughout."""

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


def slerp(start: np.ndarray, end: np.ndarray, *, share: float) -> np.ndarray:
    """Interpolate on the great circle from `start` to `end` (Shoemake 1985, slerp), for normal latents `z` (D,)."""
    cosine = np.dot(start, end) / max(float(np.linalg.norm(start) * np.linalg.norm(end)), 1e-12)
    angle = float(np.arccos(np.clip(cosine, -1.0, 1.0)))
    if angle < 1e-6:
        return ((1 - share) * start + share * end).astype(np.float32)
    weights = np.sin((1 - share) * angle), np.sin(share * angle)
    return ((weights[0] * start + weights[1] * end) / np.sin(angle)).astype(np.float32)


def mix(coarse: np.ndarray, fine: np.ndarray, *, layers: int, cross: int) -> np.ndarray:
    """Mix styles: the first `cross` of `layers` are coarse, the others fine: (N, D), (N, D) -> (N, layers, D)."""
    assert 0 <= cross <= layers
    return np.stack([coarse] * cross + [fine] * (layers - cross), axis=1).astype(np.float32)


def move(w: np.ndarray, *, direction: np.ndarray, amount: float) -> np.ndarray:
    """Move latents by `amount` along a direction (D,), which is scaled to unit length."""
    length = max(float(np.linalg.norm(direction)), 1e-12)
    return (w + amount * direction / length).astype(np.float32)
