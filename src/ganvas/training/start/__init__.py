"""How a training begins: recipe, data, dial, probe."""
