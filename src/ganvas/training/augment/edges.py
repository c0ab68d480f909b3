"""Edges of pictures: a restyler learns to colour line drawings from them, besides from line drawings.

The edges of a picture look almost like a line drawing of the same thing, and their true colours are
known. So colouring is learned without paired drawings (after denoising autoencoders, Vincent et al.
2008; with pairs: pix2pix, Isola et al. 2017).
"""

import torch
from torch.nn import functional as F

from ganvas.training.networks.base import Images

LINE_BRIGHTNESS, MIN_STEP, EDGE_GAIN = 0.15, 0.08, 4.0
"""Brightness of lines, the colour difference of neighbours from which there is a line, and how fast it becomes opaque."""


def draw_edges(pictures: Images) -> Images:
    """Draw the edges of RGB pictures, or RGBA ones with premultiplied colour (N, 3 or 4, H, W) in [-1, 1], in dark lines.

    The ground is clear, or white where pictures have no alpha.
    """
    clear = F.pad(pictures * 0.5 + 0.5, (1, 1, 1, 1), mode="constant" if pictures.shape[1] == 4 else "replicate")
    across, down = clear[:, :, 1:-1, 2:] - clear[:, :, 1:-1, :-2], clear[:, :, 2:, 1:-1] - clear[:, :, :-2, 1:-1]
    step = (torch.hypot(across, down) / 2).amax(dim=1, keepdim=True)
    alpha = ((step - MIN_STEP) * EDGE_GAIN).clamp(0, 1)
    if pictures.shape[1] == 3:
        return (1 - alpha * (1 - LINE_BRIGHTNESS)).expand(-1, 3, -1, -1) * 2 - 1
    return torch.cat([(alpha * LINE_BRIGHTNESS).expand(-1, 3, -1, -1), alpha], dim=1) * 2 - 1
