"""Networks: they know tensors only. Built from a config by the registries in `networks.build`."""
