"""The runtime of graphs, with its telemetry switched off. No other module may import it (ruff and import-linter hold that).

ONNX Runtime for Linux writes a device id into the user's cache and connects to a host about 10 s after it was imported, unless
this variable stands in the environment before.
"""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime as onnxruntime
