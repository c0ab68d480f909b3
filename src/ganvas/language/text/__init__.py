"""Text as numbers: the encoder, hashed words, the vocabulary of a model, colours and labels in text."""
