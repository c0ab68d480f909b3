"""The operators that a graph may have, and the values that each of their attributes may have.

The closed list of what Ganvas's own exporter writes. Bounds are those of the networks that it exports, with room.
"""

from collections.abc import Callable, Mapping

FLOAT, INT, TEXT, TENSOR, FLOATS, INTS = 1, 2, 3, 4, 6, 7
"""Types of attributes, by their numbers in the format."""

BYTES_OF = {1: 4, 3: 1, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 16: 2}
"""Bytes an element, by tensor type: float, int8, int32, int64, bool, float16, double, bfloat16. No other types are allowed."""

Value = int | float | bytes | list[int] | list[float]
Rule = tuple[int, Callable[[Value], bool]]
"""The type of an attribute, and whether a value is allowed."""


def _whole(low: int, high: int) -> Rule:
    return INT, lambda value: isinstance(value, int) and low <= value <= high


def _wholes(low: int, high: int, *, most: int = 8) -> Rule:
    return INTS, lambda value: isinstance(value, list) and len(value) <= most and all(low <= one <= high for one in value)


def _words(*known: str) -> Rule:
    return TEXT, lambda value: isinstance(value, bytes) and value in {one.encode() for one in known}


def _is_moderate(value: Value) -> bool:
    return isinstance(value, float) and abs(value) <= 1e6


_REAL: Rule = FLOAT, _is_moderate
_SWITCH = _whole(0, 1)
_LISTS: dict[str, Rule] = {
    "value": (TENSOR, lambda _: True), "value_float": (FLOAT, lambda _: True), "value_int": (INT, lambda _: True),
    "value_floats": (FLOATS, lambda _: True), "value_ints": (INTS, lambda _: True),
}  # fmt: skip
_CONV: dict[str, Rule] = {
    "auto_pad": _words("NOTSET"), "group": _whole(1, 8192), "dilations": _wholes(1, 64, most=3), "pads": _wholes(0, 256, most=6),
    "kernel_shape": _wholes(1, 64, most=3), "strides": _wholes(1, 64, most=3),
}  # fmt: skip
_RESIZE: dict[str, Rule] = {
    "mode": _words("nearest", "linear", "cubic"),
    "nearest_mode": _words("floor", "ceil", "round_prefer_floor", "round_prefer_ceil"),
    "coordinate_transformation_mode": _words("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"),
    "keep_aspect_ratio_policy": _words("stretch"), "antialias": _SWITCH, "exclude_outside": _SWITCH,
    "extrapolation_value": _REAL, "cubic_coeff_a": _REAL,
}  # fmt: skip
_REDUCE: dict[str, Rule] = {"axes": _wholes(-8, 7), "keepdims": _SWITCH, "noop_with_empty_axes": _SWITCH}

OPERATORS: Mapping[str, Mapping[str, Rule]] = {
    **{name: {} for name in "Add Exp Greater Identity MatMul Mul Pow Reciprocal Slice Sqrt Sub Unsqueeze".split()},
    "Cast": {"to": (INT, lambda value: value in BYTES_OF), "saturate": _SWITCH},
    "Concat": {"axis": _whole(-8, 7)},
    "Constant": _LISTS,
    "Conv": _CONV,
    "Gemm": {"alpha": _REAL, "beta": _REAL, "transA": _SWITCH, "transB": _SWITCH},
    "LeakyRelu": {"alpha": _REAL},
    "ReduceMean": _REDUCE,
    "ReduceSum": _REDUCE,
    "Reshape": {"allowzero": _SWITCH},
    "Resize": _RESIZE,
    "Softmax": {"axis": _whole(-8, 7)},
    "Transpose": {"perm": _wholes(0, 7)},
}
"""Operator -> its attributes. An operator or attribute that is not here refuses the graph."""
