"""Digests that say whether two runs, works or models are the same, whatever their parts are called (see unchanged.py)."""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image


def of_bytes(*parts: bytes) -> str:
    """Digest bytes."""
    return hashlib.sha256(b"|".join(parts)).hexdigest()[:32]


def of_array(array: np.ndarray) -> str:
    """Digest the type, the shape and the numbers of an array."""
    return of_bytes(f"{array.dtype} {array.shape}".encode(), np.ascontiguousarray(array).tobytes())


def of_picture(path: Path) -> str:
    """Digest the pixels of a picture and nothing else of its file."""
    with Image.open(path) as picture:
        return of_array(np.asarray(picture.convert("RGBA")))


def of_tensors(path: Path) -> dict[str, str]:
    """Digest a safetensors file: with the names of its tensors, and without. Metadata is passed over."""
    content = path.read_bytes()
    end = 8 + int.from_bytes(content[:8], "little")
    head = json.loads(content[8:end])
    found = {
        name: of_bytes(f"{one['dtype']} {one['shape']}".encode(), content[slice(*(end + at for at in one["data_offsets"]))])
        for name, one in head.items() if name != "__metadata__"
    }  # fmt: skip
    return {
        "tensors": of_bytes(json.dumps(sorted(found.values())).encode()),
        "names": of_bytes(json.dumps(sorted(found.items())).encode()),
    }


def of_graph(path: Path) -> str:
    """Digest a graph: its weights, and its operators in their order; names of nodes and weights are passed over."""
    import onnx

    graph = onnx.load(path).graph
    weights = sorted(of_array(onnx.numpy_helper.to_array(one)) for one in graph.initializer)
    return of_bytes(json.dumps([weights, [node.op_type for node in graph.node]]).encode())


def of_log(path: Path) -> str:
    """Digest the numbers of a log, line by line, whatever they are called; the seconds are passed over."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    numbers = [
        sorted(value for key, value in line.items() if key != "seconds" and isinstance(value, int | float)) for line in lines
    ]
    return of_bytes(json.dumps(numbers).encode())


def of_run(run: Path) -> dict[str, str]:
    """Digest what a run leaves: its last checkpoint, its log, its last sheet, the graphs and words of its model."""
    found = {
        f"checkpoint, {name}": value
        for name, value in of_tensors(sorted((run / "checkpoints").glob("*.safetensors"))[-1]).items()
    }
    found["log"] = of_log(run / "log.jsonl")
    found["sheet"] = of_picture(sorted((run / "sheets").glob("*.png"))[-1])
    for file in sorted((run / "model").glob("*")):
        if file.suffix == ".onnx":
            found[file.name] = of_graph(file)
        elif file.suffix == ".safetensors":
            found |= {f"{file.name}, {name}": value for name, value in of_tensors(file).items()}
        elif file.suffix == ".png":
            found[file.name] = of_picture(file)
    return found


def differences(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """Say what is not equal."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from differences(before.get(key), after.get(key), f"{path}/{key}")
    elif before != after:
        yield f"{path}: {str(before)[:200]} -> {str(after)[:200]}"


def numbers_of(content: Any) -> list[float | str]:
    """Return the numbers of JSON content in their order, whatever they are called."""
    if isinstance(content, dict):
        content = list(content.values())
    if isinstance(content, list):
        return [number for one in content for number in numbers_of(one)]
    return [content] if isinstance(content, int | float) else []


def compare(before: dict[str, Any], after: dict[str, Any]) -> int:
    """Print what differs; return how much of it is more than a name."""
    before, after = ({key: value for key, value in one.items() if key not in ("ganvas", "seconds")} for one in (before, after))
    scores = before.pop("score", None), after.pop("score", None)
    found = list(differences(before, after))
    names = [line for line in found if line.split(": ")[0].endswith(", names")]
    worse = [line for line in found if line not in names]
    if scores[0] != scores[1]:
        same = numbers_of(scores[0]) == numbers_of(scores[1])
        (names if same else worse).append("score: " + ("words differ, all numbers equal" if same else "numbers differ"))
    for line in names:
        sys.stdout.write(f"named otherwise: {line}\n")
    for line in worse:
        sys.stdout.write(f"DIFFERS: {line}\n")
    count = {name: len(one) for name, one in before.items() if isinstance(one, dict)}
    sys.stdout.write(f"{len(worse)} differences, {len(names)} of names; compared: {count}\n")
    return len(worse)
