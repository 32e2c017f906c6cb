"""Which application role each Graph call needs, and how Graph refuses a call without it.

Source: the permission tables of Microsoft's Graph reference, and what was seen of the synchronization API, which
answers 401 with an empty message, the rest of Graph 403, and which Application.ReadWrite.OwnedBy does not
open.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sandbox.entra.graph.errors import GraphError

_DIRECTORY_READ = ("Directory.Read.All", "Directory.ReadWrite.All")
_APPLICATION_WRITE = ("Application.ReadWrite.All", "Application.ReadWrite.OwnedBy", "Directory.ReadWrite.All")
_APPLICATION_READ = ("Application.Read.All", *_APPLICATION_WRITE, "Directory.Read.All")
_GROUP_WRITE = ("Group.ReadWrite.All", "Directory.ReadWrite.All")
_USER_WRITE = ("User.ReadWrite.All", "Directory.ReadWrite.All")


@dataclass(frozen=True)
class Need:
    """Roles of which one of each tuple must be in the token; `silent` is the synchronization API's way to refuse."""

    one_of_each: tuple[tuple[str, ...], ...]
    silent: bool = False

    def check(self, roles: Collection[str]) -> None:
        """Raise GraphError if a role is missing."""
        if all(any(role in roles for role in alternatives) for alternatives in self.one_of_each):
            return
        if self.silent:
            raise GraphError(401, "UnknownError", "")
        raise GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


NOTHING = Need(())
READ_APPLICATIONS = Need((_APPLICATION_READ,))
WRITE_APPLICATIONS = Need((_APPLICATION_WRITE,))
READ_GROUPS = Need((("Group.Read.All", "GroupMember.Read.All", "Group.ReadWrite.All", *_DIRECTORY_READ),))
WRITE_GROUPS = Need((_GROUP_WRITE,))
WRITE_MEMBERS = Need((("GroupMember.ReadWrite.All", *_GROUP_WRITE),))
READ_USERS = Need((("User.Read.All", "User.ReadWrite.All", *_DIRECTORY_READ),))
WRITE_USERS = Need((_USER_WRITE,))
READ_DELETED = Need(((*READ_USERS.one_of_each[0], *_APPLICATION_READ),))
WRITE_DELETED = Need(((*_USER_WRITE, *_APPLICATION_WRITE),))
WRITE_ASSIGNMENTS = Need((("AppRoleAssignment.ReadWrite.All",), _APPLICATION_READ))
READ_SYNCHRONIZATION = Need((("Synchronization.Read.All", "Synchronization.ReadWrite.All"),), silent=True)
WRITE_SYNCHRONIZATION = Need((("Synchronization.ReadWrite.All",),), silent=True)
READ_PROVISIONING_LOGS = Need((("ProvisioningLog.Read.All", "AuditLog.Read.All"),))

EVERYTHING = (
    "Application.ReadWrite.All",
    "AppRoleAssignment.ReadWrite.All",
    "Directory.ReadWrite.All",
    "Synchronization.ReadWrite.All",
    "AuditLog.Read.All",
)
