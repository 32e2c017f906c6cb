"""`python -m scimctl`."""

import sys

from scimctl.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
