"""The studio: a folder that keeps works, jobs and trainings, and the worker that draws for whoever asks."""
