"""The studio in a browser and for programs: a page, a REST interface, and the interface that OpenAI's clients speak."""
