"""Plans of music from words: by rules, or by a language model whose answer the rules repair."""
