"""Recipes: frozen settings of a training, read from TOML and completed by what follows from them."""
