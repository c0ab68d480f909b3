"""From trained networks to a model folder, and back."""
