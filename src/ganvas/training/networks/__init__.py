"""Networks: tensors in, tensors out. Each is built from its own config; they know nothing of data, files or losses."""
