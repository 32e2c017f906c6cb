"""`python -m scimctl`."""

import signal
import sys

from scimctl.cli import main

if __name__ == "__main__":
    # A background job of a shell starts with SIGINT ignored, and hands that on. The engine ends its plugins with an
    # interrupt, so it would wait 5 s for one and then call another one crashed.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main(sys.argv[1:]))
