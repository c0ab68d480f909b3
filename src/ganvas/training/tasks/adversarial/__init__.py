"""What every adversarial task shares: the terms of each turn, bound scorers, the online score."""
