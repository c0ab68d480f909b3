"""Words about verse: how characters rhyme and are simplified, poems glossed, texts in a person's voice."""
