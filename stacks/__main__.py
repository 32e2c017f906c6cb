"""`python -m stacks`, from the project's folder, writes the generated reference and schema anew."""

from pathlib import Path

from stacks import reference

reference.write(Path())
