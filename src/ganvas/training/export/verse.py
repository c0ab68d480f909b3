"""The graphs of a poet: one more character of a poem, and the verdicts of a critic."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from ganvas.ground.errors import GanvasError
from ganvas.ground.seeds import stream
from ganvas.models.graph import Inspected
from ganvas.models.session import GraphSession
from ganvas.training.export.graphs import PARITY, trace_graph
from ganvas.training.export.weights import round_weights
from ganvas.training.networks.verse import SINKS, Critic, Step, Writer
from ganvas.vocabulary.verse import LONGEST

SHAPES = ((1, SINKS), (3, 9), (8, SINKS + LONGEST - 1))
"""Poems and places of the past at which graphs are compared with torch."""


def export_writer(writer: Writer, path: Path) -> float:
    """Write a writer's graph, rounding its weights in place; vectors of characters are rounded to float16 and kept elsewhere.

    Returns the largest difference from torch with the same weights. Raises GanvasError when it exceeds PARITY.
    """
    step, width = Step(writer).cpu().eval(), writer.config.width
    round_weights(step)
    with torch.no_grad():
        for value in writer.characters.state_dict().values():
            value.copy_(value.half().to(value.dtype))
    past = 2 * writer.config.blocks * width
    example = torch.zeros(2, width), torch.zeros(2, past, 4)
    content = trace_graph(step, example, inputs=("entered", "past"), output=("left", "made"))
    path.write_bytes(content)
    given = [{"entered": (count, width), "past": (count, past, places)} for count, places in SHAPES]
    return _compare(step, content, given, outputs=("left", "made"))


def export_critic(critic: Critic, path: Path) -> float:
    """Write a critic's graph as `export_writer` does a writer's."""
    critic.cpu().eval()
    round_weights(critic)
    width, themes = critic.config.width, critic.config.themes
    example = torch.zeros(2, width, LONGEST), torch.zeros(2, themes)
    content = trace_graph(critic, example, inputs=("entered", "themes"), output="verdicts")
    path.write_bytes(content)
    given = [{"entered": (count, width, places), "themes": (count, themes)} for count, places in ((1, 20), (3, 28), (2, 5))]
    return _compare(critic, content, given, outputs=("verdicts",))


def _compare(network: nn.Module, content: bytes, given: list[dict[str, tuple[int, ...]]], *, outputs: tuple[str, ...]) -> float:
    """Return the largest difference of a graph from torch, relative where numbers are larger than 1."""
    session, worst = GraphSession(Inspected(content), where=outputs[0], threads=torch.get_num_threads()), 0.0
    for number, shapes in enumerate(given):
        numbers = stream(0, "parity", step=number)
        feed = {name: numbers.normal(shape) for name, shape in shapes.items()}
        with torch.no_grad():
            wanted = network(*(torch.from_numpy(part) for part in feed.values()))
        found = session.run(outputs, feed)
        for mine, theirs in zip(found, wanted if isinstance(wanted, tuple) else (wanted,), strict=True):
            apart = np.abs(mine - theirs.numpy()) / np.maximum(np.abs(theirs.numpy()), 1)
            worst = max(worst, float(apart.max()))
    if not worst <= PARITY:
        raise GanvasError(f"the exported graph differs from torch by {worst:.2e}, more than {PARITY:.0e}")
    return worst
