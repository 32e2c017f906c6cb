"""`scimctl`, which `scimctl_entry.py` runs as `python -m scimctl`."""

import os
import signal
import sys

try:
    from providers.output import settle_streams
    from scimctl.cli import main
except ModuleNotFoundError as missing:
    sys.exit(
        f"scimctl: the Python package {missing.name} is not installed: activate the virtual environment, or run "
        "`pip install -r requirements.txt` in one"
    )

if __name__ == "__main__":
    # A background job of a shell starts with SIGINT ignored, and hands that on. The engine ends its plugins with an
    # interrupt, so it would wait 5 s for one and then call another one crashed.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    settle_streams()
    # What a locale without Unicode could not read of the command line is UTF-8 all the same.
    sys.exit(main([os.fsencode(each).decode("utf-8", "replace") for each in sys.argv[1:]]))
