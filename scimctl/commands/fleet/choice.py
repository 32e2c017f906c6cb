"""Which stacks of a fleet a command is about, and how many are looked at at once."""

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace

from scimctl.fleet.fleet_file import Fleet, Member

_PARALLEL = 8


def add_choice(parser: ArgumentParser) -> None:
    """Add the ring and the shard."""
    parser.add_argument("--ring", metavar="RING", help="only the stacks of this ring")
    parser.add_argument(
        "--shard", type=_shard, default=(1, 1), metavar="I/N", help="only the I-th of N parts, for jobs side by side"
    )


def add_parallel(parser: ArgumentParser) -> None:
    """Add how many stacks are looked at at once."""
    parser.add_argument(
        "--parallel",
        type=_count,
        default=_PARALLEL,
        metavar="K",
        help=f"look at so many stacks at once; default: {_PARALLEL}",
    )


def chosen(fleet: Fleet, args: Namespace) -> tuple[Member, ...]:
    """Return the stacks that the command line chooses. Raises ConfigurationError for a ring that does not exist."""
    return (fleet.named(args.stack),) if args.stack else fleet.chosen(args.ring or "", args.shard)


def _shard(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})", text)
    if not found or int(found[1]) > int(found[2]):
        raise ArgumentTypeError(f"{text!r} is not a shard: write 1/4 for the first of four parts")
    return int(found[1]), int(found[2])


def _count(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]?", text):
        raise ArgumentTypeError(f"{text!r} is not a number from 1 to 99")
    return int(text)
