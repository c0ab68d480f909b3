"""Serve the packaged language model with llama.cpp's own HTTP server until standard input ends: python llama.py GGUF [KEY]."""

import sys

import xllamacpp

settings = xllamacpp.CommonParams()
settings.model.path = sys.argv[1]
settings.n_ctx = 2048
settings.n_parallel = 1
settings.cpuparams.n_threads = 1
settings.cpuparams_batch.n_threads = 1
settings.hostnames = ["127.0.0.1"]
settings.port = 0  # a free one
settings.api_keys = sys.argv[2:]
settings.verbosity = -1
server = xllamacpp.Server(settings)
sys.stdout.write(f"{server.listening_address}\n")
sys.stdout.flush()
sys.stdin.read()
