"""Run the command line: `python -m ganvas` is `ganvas`."""

from ganvas.cli import main

main()
