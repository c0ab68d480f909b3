"""Several processes train as one: each takes its part of every batch, and their gradients are averaged.

`torchrun` starts the processes and gives each its rank. All draw the same random numbers for the whole batch, so that two
processes train as one would, and control flow never differs between ranks: decisions and findings are shared.
"""

import os
import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed import PrefixStore, Store  # pyright: ignore[reportPrivateImportUsage]
from torch.distributed.rendezvous import rendezvous

from ganvas.ground.errors import EXIT_INPUT, HealthError, InputError
from ganvas.training.objectives.base import Loss

PATIENT = timedelta(hours=24)
"""How long ranks wait for each other: the first may have captions written. torchrun reports a dead process at once."""
LETTERS = 16
DONE, FAILED = "done", "failed"


class Gone(HealthError):
    """Another process of the training is no longer there."""


@dataclass(frozen=True)
class Ranks:
    """Which of how many processes this is. The first, rank 0, decides and writes."""

    rank: int
    world: int

    @property
    def first(self) -> bool:
        """Whether this process decides and writes."""
        return self.rank == 0

    def share(self, count: int) -> int:
        """Return how many pictures of a batch each rank takes. Raises InputError when they do not divide."""
        if count % self.world:
            raise InputError(f"batch = {count} does not divide among {self.world} processes", where="batch",
                             do=f"take a multiple of {self.world}, or another number of processes")  # fmt: skip
        return count // self.world

    def mine(self, count: int) -> slice:
        """Return this rank's part of a batch: every world-th picture from `rank` on.

        Not a block: the groups of `spread_of_batch` are drawn from all through a batch, and so a part holds whole groups wherever
        it divides into groups. Raises InputError when the batch does not divide.
        """
        self.share(count)
        return slice(self.rank, None, self.world)

    def averaged(self, loss: Loss, parameters: Iterable[Tensor]) -> Loss:
        """Average the parameters' gradients over all ranks in place, and return the loss with its total and parts averaged.

        All travels in one buffer, so a number that is not finite on one rank is not finite on any.
        """
        if self.world == 1:
            return loss
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        means = self._means([*gradients, loss.total, *loss.parts.values()])
        for gradient in gradients:
            gradient.copy_(means.pop(0))
        return Loss(means[0], dict(zip(loss.parts, means[1:], strict=True)))

    def mean(self, value: Tensor) -> Tensor:
        """Return a tensor's mean over all ranks, in float32."""
        return value if self.world == 1 else self._means([value])[0]

    def _means(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        flat = torch.cat([tensor.detach().float().reshape(-1) for tensor in tensors])
        with _together():
            dist.all_reduce(flat)
        flat /= self.world
        parts = flat.split([tensor.numel() for tensor in tensors])
        return [part.view(tensor.shape) for part, tensor in zip(parts, tensors, strict=True)]

    def agreed(self, word: str | None) -> str | None:
        """Return the first rank's word on all ranks: at most LETTERS letters, or None."""
        if self.world == 1:
            return word
        content = (word or "").encode()
        assert len(content) <= LETTERS
        letters = torch.tensor(list(content.ljust(LETTERS, b"\0")), dtype=torch.uint8)
        with _together():
            dist.broadcast(letters, src=0)
        return bytes(letters.tolist()).rstrip(b"\0").decode() or None

    @contextmanager
    def in_turn(self) -> Generator[None]:
        """Let the first rank go through what is inside, and then the others; where it fails they end without a message."""
        if not self.first and self.agreed(None) != DONE:
            raise SystemExit(EXIT_INPUT)
        try:
            yield
        except BaseException:
            if self.first:
                self.agreed(FAILED)
            raise
        if self.first:
            self.agreed(DONE)

    def check_device(self, device: str) -> None:
        """Refuse a device on which several processes cannot train. Raises InputError."""
        if self.world == 1 or device == "cpu":
            return
        if device == "mps":
            raise InputError("several processes cannot share this machine's GPU", where="device", do="train without torchrun")
        here, found = int(os.environ.get("LOCAL_WORLD_SIZE", self.world)), torch.cuda.device_count()
        if here > found:
            raise InputError(f"{here} processes need as many GPUs, and there are {found}", where="device",
                             do=f"--nproc-per-node {found}, or --device cpu")  # fmt: skip


ALONE = Ranks(0, 1)


@contextmanager
def _together() -> Generator[None]:
    try:
        yield
    except RuntimeError as error:
        raise Gone("another process of this training is gone", do="torchrun says which, and why it ended; under --max-restarts "
                   "all begin again from the last checkpoint") from error  # fmt: skip


def name_of_start(store: Store, *, rank: int, world: int) -> str:
    """Return a name that all ranks of this start have, and no earlier start had.

    The store of torchrun outlives its restarts, and still holds what a killed rank wrote there: a rank that reads a dead one's
    address would wait for ever. So each rank must answer under a name that it has just made up.
    """
    mine = uuid4().hex
    if rank:
        store.set(f"here/{rank}", mine)
        name = store.get(f"name/{mine}").decode()
        store.set(f"received/{name}/{rank}", "")
        return name
    for other in range(1, world):
        while not store.check([f"received/{mine}/{other}"]):
            if store.check([f"here/{other}"]):
                store.set(f"name/{store.get(f'here/{other}').decode()}", mine)
            time.sleep(0.02)
    return mine


@contextmanager
def joined() -> Generator[Ranks]:
    """Join the processes that torchrun started, and leave them at the end; without torchrun this process is ALONE.

    Numbers of the CPU travel by gloo, those of CUDA by nccl, each process on the GPU of its local rank.
    """
    world = int(os.environ.get("WORLD_SIZE", "1")) if "RANK" in os.environ else 1
    if world == 1:
        yield ALONE
        return
    if not dist.is_available():
        raise InputError("this build of torch cannot train on several processes", do="train without torchrun")
    gpus, local = torch.cuda.device_count(), int(os.environ.get("LOCAL_RANK", "0"))
    if local < gpus:
        torch.cuda.set_device(local)
    store, rank, world = next(rendezvous("env://", timeout=PATIENT))
    store = PrefixStore(name_of_start(store, rank=rank, world=world), store)
    backend = "cpu:gloo,cuda:nccl" if gpus else "gloo"
    dist.init_process_group(backend, store=store, rank=rank, world_size=world, timeout=PATIENT)
    try:
        yield Ranks(rank, world)
    finally:
        dist.destroy_process_group()
