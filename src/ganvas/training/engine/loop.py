"""THE loop: the classic four steps, for every kind of work.

Initialise the networks; train the discriminator on a real and a generated batch; train the generator to pass; repeat until the
budget or the convergence criterion says stop (Goodfellow et al. 2014, algorithm 1). The step of one player is in engine/step.py.
"""

import copy
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from ganvas.training.engine import health
from ganvas.training.engine.average import Average
from ganvas.training.engine.parallel import ALONE, Ranks
from ganvas.training.engine.player import Player
from ganvas.training.engine.run import Run
from ganvas.training.engine.schedule import Progress
from ganvas.training.engine.state import State
from ganvas.training.engine.step import take_turn
from ganvas.training.engine.stop import Stop
from ganvas.training.engine.task import Task

SETBACKS = 3
"""How often a run goes back to its last good state before it gives up."""


@dataclass(frozen=True)
class Outcome:
    """How one sitting of a run ended: "budget", "converged", "clock" or "asked"; how far it came; which troubles it had.

    score: the name of its task's score.
    """

    reason: str
    progress: Progress
    troubles: tuple[health.Trouble, ...] = ()
    score: str = "score"


class Loop:
    """One training in one run folder. A task brings the players; the loop gives them their turns, together with other ranks."""

    def __init__(
        self, task: Task, *, run: Run, budget: int, keep_minutes: float = 3.0, patience: int = 0, ranks: Ranks = ALONE
    ) -> None:
        self.task, self.run, self.keep_minutes, self.ranks = task, run, keep_minutes, ranks
        self.generator, self.players = task.generator, task.players
        self.average = Average(task.generator, half_life=task.half_life, batch=task.batch_size)
        best = copy.deepcopy(self.average.network) if patience else None
        self.state = State(task.networks, self.average, self.players, Progress(budget=budget), best)
        self.parts: dict[str, Tensor] = {}
        self.kept_at = self.began_step = time.monotonic()

    @property
    def progress(self) -> Progress:
        """How far the run is."""
        return self.state.progress

    def fit(self, stop: Stop) -> Outcome:
        """Train until `stop` says so, from wherever the run folder says we are."""
        with self.ranks.in_turn():  # the other ranks read what the first has saved
            self.resume()
        for batch in self.batches():
            if reason := self.ranks.agreed(stop(self.progress)):
                return self.finish(reason)
            try:
                for player in self.players:
                    self.play(player, batch)
            except health.NotFinite as trouble:
                self.go_back(trouble)
                continue
            self.record()
            self.average.update(self.generator, images=self.progress.images)
            self.keep()
        raise AssertionError("batches never end")

    def play(self, player: Player, batch: Any) -> None:
        """Let one player take its turn, and keep what it recorded."""
        self.parts |= take_turn(player, self.players, batch, self.progress, ranks=self.ranks)

    def go_back(self, trouble: health.NotFinite) -> None:
        """Go back to the last good state after a number that is not finite, with smaller steps; SETBACKS times at most."""
        setbacks, saved = self.progress.setbacks + 1, self.run.last_good()
        if saved is None or setbacks > SETBACKS:
            raise trouble
        budget, self.parts = self.progress.budget, {}
        self.state.load(*saved)
        self.state.progress = replace(self.progress, budget=budget, setbacks=setbacks)
        self.run.open_log(self.progress)
        self.run.event(
            self.progress, f"{str(trouble).split(' (')[0]}; went back to step {self.progress.step}, with steps half as large"
        )

    def batches(self) -> Iterator[Any]:
        """Yield the batch of each step, from the present one on, for ever."""
        while True:
            yield self.task.batch(self.progress.step)

    def resume(self) -> None:
        """Go on from the last good checkpoint, if there is one."""
        saved = self.run.last_good()
        if saved is not None:
            budget = self.progress.budget
            self.state.load(*saved)
            self.state.progress = replace(self.progress, budget=budget)
        self.run.open_log(self.progress)
        if saved is None:
            self.save()  # so that there is always something to go back to

    def record(self) -> None:
        """Count the step, write the log, draw the sheet when one is due."""
        now, progress = time.monotonic(), self.progress
        self.state.progress = replace(
            progress,
            step=progress.step + 1,
            images=progress.images + self.task.batch_size,
            seconds=progress.seconds + now - self.began_step,
        )
        self.began_step = now
        if self.run.sheet_due(self.progress):
            self.run.save_sheet(self.progress, self.task.sheet(self.average.network))
            self.parts |= self.task.signs(self.progress)
            self.score_average()
        self.run.log(self.progress, self.parts)
        self.parts = {}

    def score_average(self) -> None:
        """Score the average once every player plays; keep its best weights where the run has patience."""
        score = self.task.score(self.average.network) if all(player.plays(self.progress) for player in self.players) else None
        if score is None:
            return
        self.parts[health.score_key(self.task.score_name)] = torch.tensor(score)
        self.state.progress = self.progress.scored(score)
        if self.state.best is not None and not self.progress.waited:
            self.state.best.load_state_dict(self.average.network.state_dict())

    def keep(self) -> None:
        """Save a checkpoint when the last one is old enough."""
        if time.monotonic() - self.kept_at > 60 * self.keep_minutes:
            self.save()

    def save(self) -> None:
        """Save everything that must survive a crash."""
        self.run.save(self.state)
        self.kept_at = time.monotonic()

    def finish(self, reason: str) -> Outcome:
        """Save the last state, draw the last sheet, and return how it ended; the average is left at its best weights, if kept."""
        self.save()
        if self.state.best is not None and self.progress.best is not None:
            self.average.network.load_state_dict(self.state.best.state_dict())
        self.run.save_sheet(self.progress, self.task.sheet(self.average.network))
        return Outcome(reason, self.progress, self.run.troubles, self.task.score_name)
