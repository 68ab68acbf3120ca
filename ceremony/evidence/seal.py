"""Seal a pack and add report signatures, through a child process.

The child holds the PDF libraries; this process holds the token. What the child asks
to have signed is looked at first: only signed attributes of exactly the pack's form,
for the very certificate, are handed to the token.

Invariants:
    * No PIN and no key crosses to the child.
    * One request leads to one signature at most.
    * A child that fails, hangs or breaks the protocol is ended; the next request
      starts a new one.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import ceremony
from ceremony.clock import encode_wall
from ceremony.errors import (
    CeremonyError,
    DeviceError,
    EvidenceError,
    InputError,
    RefusedError,
    StorageError,
)
from ceremony.evidence.frames import BrokenPipe, Frame, read_frame, write_frame
from ceremony.pack.attachments import verify_names
from ceremony.pack.cms import decode_signed_attributes
from ceremony.pack.record import EVENTS, decode_events

RawSigner = Callable[[bytes], bytes]
"""Signs bytes (any length) with ECDSA on P-256 over their SHA-256; returns DER."""

CHILD_COMMAND: Final = (sys.executable, "-P", "-s", "-m", "ceremony.evidence.child")
"""How the child is run: without the working folder and the user's own packages."""

ANSWER_WITHIN_S: Final = 180.0
"""How long the child may work before it says something, seconds."""

_FAMILIES: Final[Mapping[str, type[CeremonyError]]] = {
    family.__name__: family
    for family in (RefusedError, DeviceError, EvidenceError, StorageError)
}


class EvidenceWriter:
    """Writes packs through one child process, kept for several requests.

    Use it as a context manager. Entering it starts the child, which loads its libraries
    while the caller gathers what is to be written; leaving it ends the child.

    Args:
        command: What to run as the child; this package's own by default.
        patience_s: How long the child may work before it says something, seconds.
    """

    def __init__(
        self,
        command: Sequence[str] = CHILD_COMMAND,
        *,
        patience_s: float = ANSWER_WITHIN_S,
    ) -> None:
        self._command = tuple(command)
        self._patience_s = patience_s
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._running()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def seal_pack(
        self,
        files: Mapping[str, bytes],
        *,
        certificate: bytes,
        ca: bytes,
        sign: RawSigner,
        signed_at: datetime,
    ) -> bytes:
        """Lay out the pages, embed the files and seal the pack.

        Args:
            files: The embedded files' bytes by flat name, from ``collect_files``.
            certificate: The seal's certificate, DER.
            ca: The certificate above it, DER.
            sign: Makes the raw signature with the seal key.
            signed_at: Journal time of the sealing, aware; written into the seal.

        Returns:
            The sealed pack: PDF/A-3b with one certifying signature.

        Raises:
            EvidenceError: ``EVIDENCE-PDFA-01``, ``-02``: it is no PDF/A-3b;
                ``EVIDENCE-CHILD-01``: the child failed; ``PACK-NAME-01``, ``-02``:
                a file's name; ``PACK-RECORD-01``: there is no readable record;
                ``PACK-CMS-01``: no ECDSA signature came back.
            CeremonyError: Whatever ``sign`` raises.
        """
        verify_names(files)
        events = decode_events(files.get(EVENTS, b""))
        if not events:
            raise _failed("the files hold no events")
        names = sorted(files)
        request = Frame(
            "seal",
            {
                "names": "\n".join(names),
                "recorded_at": encode_wall(events[-1].t.wall),
                "signed_at": encode_wall(signed_at),
            },
            (certificate, ca, *(files[name] for name in names)),
        )
        return self._perform(request, certificate, sign)

    def sign_report(  # noqa: PLR0913  one signature's parts, each by its name
        self,
        pdf: bytes,
        *,
        field: str,
        certificate: bytes,
        ca: bytes,
        sign: RawSigner,
        signed_at: datetime,
        reason: str,
    ) -> bytes:
        """Fill a report signatory's field of a sealed pack.

        Args:
            pdf: The sealed pack, with or without earlier report signatures.
            field: e.g. ``report-1``.
            certificate: The signatory's certificate, DER.
            ca: The certificate above it, DER.
            sign: Makes the raw signature with the signatory's key.
            signed_at: Journal time, aware.
            reason: The meaning in words.

        Returns:
            The pack with one revision more; it begins with ``pdf``.

        Raises:
            EvidenceError: ``EVIDENCE-PDF-01``: ``pdf`` is no pack;
                ``EVIDENCE-FIELD-01``: no such empty field;
                ``EVIDENCE-PDFA-02``: the result is no PDF/A-3b;
                ``EVIDENCE-CHILD-01``: the child failed; ``PACK-CMS-01``: no ECDSA
                signature came back.
            CeremonyError: Whatever ``sign`` raises.
        """
        request = Frame(
            "sign",
            {
                "field": field,
                "reason": reason,
                "signed_at": encode_wall(signed_at),
            },
            (certificate, ca, pdf),
        )
        signed = self._perform(request, certificate, sign)
        if not signed.startswith(pdf):
            raise _failed("the signed file does not begin with the sealed one")
        return signed

    def _perform(self, request: Frame, certificate: bytes, sign: RawSigner) -> bytes:
        try:
            answer = self._ask(request)
            if answer.kind == "to-be-signed" and len(answer.parts) == 1:
                decode_signed_attributes(answer.parts[0], certificate)
                signature = sign(answer.parts[0])
                answer = self._ask(Frame("signature", {}, (signature,)))
        except BrokenPipe as error:
            self._end()
            raise _failed(str(error)) from error
        except BaseException:
            # The child waits for a signature that will not come.
            self._end()
            raise
        if answer.kind == "result" and len(answer.parts) == 1:
            return answer.parts[0]
        self._end()
        if answer.kind == "error":
            raise _told(answer.values)
        raise _failed(answer.values.get("message", "it broke the protocol"))

    def _ask(self, request: Frame) -> Frame:
        child = self._running()
        if child.stdin is None or child.stdout is None:
            raise BrokenPipe("it has no pipes")
        write_frame(child.stdin.fileno(), request)
        answer = read_frame(child.stdout.fileno(), wait_s=self._patience_s)
        if answer is None:
            raise BrokenPipe("it ended without an answer")
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None:
            root = Path(ceremony.__file__).resolve().parent.parent
            self._child = subprocess.Popen(  # noqa: S603  our own interpreter
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                cwd="/",
                env={"PYTHONPATH": str(root), "LC_ALL": "C.UTF-8"},
                start_new_session=True,
            )
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        child.kill()
        child.wait()


def _told(values: Mapping[str, str]) -> CeremonyError:
    """Make the error again that the child met."""
    code, message = values.get("code", ""), values.get("message", "")
    remedy = values.get("remedy", "")
    family = _FAMILIES.get(values.get("family", ""))
    if family is None:
        return InputError(code, message, remedy=remedy)
    return family(code, message, remedy=remedy, meaning=values.get("meaning", ""))


def _failed(why: str) -> EvidenceError:
    return EvidenceError(
        "EVIDENCE-CHILD-01",
        f"The process that writes the pack failed: {why}.",
        meaning="No pack was written; the journal stands.",
        remedy="Write the pack again; if it fails again, report the message.",
    )
