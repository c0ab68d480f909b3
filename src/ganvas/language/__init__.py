"""The language wing: text encoders, language models, the director that writes a Brief, the bridge to a Condition."""
