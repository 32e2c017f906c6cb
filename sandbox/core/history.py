"""The versions of documents that were replaced or removed lately: what a read that lags behind a write still sees."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sandbox.core.store import Document


@dataclass(frozen=True)
class Version:
    """What a document was until `ended`; None if there was none."""

    ended: datetime
    kind: str
    key: str
    body: Document | None


class History:
    """The versions of one world's documents, oldest first, in memory: after a restart every read sees the newest."""

    def __init__(self) -> None:
        self._versions: deque[Version] = deque()

    def keep(self, version: Version, since: datetime) -> None:
        """Keep a version that ends now, and drop those that ended before `since`."""
        while self._versions and self._versions[0].ended < since:
            self._versions.popleft()
        self._versions.append(version)

    def at(self, moment: datetime, kind: str, newest: Mapping[str, Document]) -> dict[str, Document]:
        """Return the documents of a kind as they were at a moment, from those of now."""
        documents = dict(newest)
        for version in reversed(self._versions):
            if version.ended <= moment:
                break
            if version.kind == kind:
                documents.pop(version.key, None)
                if version.body is not None:
                    documents[version.key] = version.body
        return documents
