"""The file of a token as it was after its last initialisation, to be put back.

SoftHSMv2 writes its token's file anew in place: where it is killed in that, there is no
such token any more, or one that nobody can initialise. The product has to say so; then
the file is put back, as somebody would who brings the token's spare.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from ceremony.conduct.workspace import Workspace

_FILE: Final = "token.object"


def keep(workspace: Workspace) -> None:
    """Copy the files of all tokens of the store; in a store, one stands in a folder."""
    for path in _store(workspace).glob(f"*/{_FILE}"):
        kept = _kept(workspace) / path.parent.name
        kept.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, kept / _FILE)


def put_back(workspace: Workspace) -> None:
    """Let the files be what they were when they were last copied."""
    for path in _kept(workspace).glob(f"*/{_FILE}"):
        shutil.copyfile(path, _store(workspace) / path.parent.name / _FILE)


def _store(workspace: Workspace) -> Path:
    return workspace.folder / "site" / "tokens" / "hsm" / "store"


def _kept(workspace: Workspace) -> Path:
    return workspace.folder / "kept"
