"""The messages of Pulumi's plugin protocol without the SDK around them, whose import takes 0.25 s."""

import sys
from importlib.util import find_spec, module_from_spec

_AROUND = [name for name in ("pulumi", "pulumi.runtime", "pulumi.runtime.proto") if name not in sys.modules]
for _name in _AROUND:
    _spec = find_spec(_name)
    assert _spec
    sys.modules[_name] = module_from_spec(_spec)  # it has a path, and its __init__ has not run

from pulumi.runtime.proto import plugin_pb2 as plugin  # noqa: E402
from pulumi.runtime.proto import provider_pb2 as messages  # noqa: E402
from pulumi.runtime.proto import status_pb2 as status  # noqa: E402

for _name in _AROUND:
    del sys.modules[_name]  # so that an import of the SDK later loads it all

__all__ = ["messages", "plugin", "status"]
