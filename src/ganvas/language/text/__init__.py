"""Text as numbers: the encoder, the vocabulary of a model, colours and labels in words."""
