"""The child process that lays out, assembles and signs a pack.

It runs as ``python -m ceremony.evidence.child`` with limits of its own, so that a
fault in a PDF library cannot touch the process that holds journal and tokens. It
asks that process for each raw signature.

Invariants:
    * It opens no file but its own code and fonts, and writes none.
    * Whatever goes wrong goes back as a message; nothing is printed.
"""

from __future__ import annotations

import os
import resource
import sys
import traceback
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import Final

from ceremony.clock import decode_wall
from ceremony.errors import CeremonyError, EvidenceError
from ceremony.evidence.frames import BrokenPipe, Frame, read_frame, write_frame
from ceremony.garbage import look_rarely

MEMORY_LIMIT: Final = 1024 * 1024 * 1024
"""Address space of the child, bytes."""

CPU_LIMIT: Final = 300
"""Processor time of the child over its whole life, seconds."""


_BARE: Final = ("pyhanko.sign", "pyhanko.sign.signers")


class Child:
    """Answers the requests of the evidence writer, one after another."""

    def __init__(self, requests: int, answers: int) -> None:
        self._requests = requests
        self._answers = answers

    def run(self) -> None:
        """Answer until the other side closes its end.

        Raises:
            BrokenPipe: The other side ended in the middle of a message.
        """
        while (request := read_frame(self._requests)) is not None:
            write_frame(self._answers, self._answer(request))

    def _answer(self, request: Frame) -> Frame:
        try:
            return Frame("result", {}, (self._perform(request),))
        except BrokenPipe:
            raise
        except CeremonyError as error:
            return Frame(
                "error",
                {
                    "family": type(error).__name__,
                    "code": error.code,
                    "message": str(error),
                    "meaning": error.meaning,
                    "remedy": error.remedy,
                },
            )
        except Exception as error:  # noqa: BLE001  a defect is told, never printed
            return Frame("defect", {"message": _defect(error)})

    def _perform(self, request: Frame) -> bytes:
        match request.kind:
            case "seal":
                return self._seal(request)
            case "sign":
                return self._sign(request)
            case _:
                raise BrokenPipe(f"unknown request {request.kind}")

    def _seal(self, request: Frame) -> bytes:
        from ceremony.evidence.assemble import assemble, check_after_signing
        from ceremony.evidence.signing import Field, Signatory, seal_document
        from ceremony.pack.record import read_record
        from ceremony.report.layout import lay_out

        certificate, ca, *contents = request.parts
        names = request.values["names"].split("\n")
        files = dict(zip(names, contents, strict=True))
        layout = lay_out(read_record(files))
        signed_at = decode_wall(request.values["signed_at"])
        unsigned = assemble(
            layout.pdf, files, at=decode_wall(request.values["recorded_at"])
        )
        fields = [
            Field(place.name, place.page, _whole_points(place.box))
            for place in layout.fields
        ]
        sealed = seal_document(
            unsigned,
            fields,
            Signatory(certificate, ca, self._raw_signature),
            signed_at=signed_at,
        )
        return _checked(sealed, check_after_signing(sealed))

    def _sign(self, request: Frame) -> bytes:
        from ceremony.evidence.assemble import check_after_signing
        from ceremony.evidence.signing import Signatory, sign_field

        certificate, ca, pdf = request.parts
        signed = sign_field(
            pdf,
            request.values["field"],
            Signatory(certificate, ca, self._raw_signature),
            signed_at=decode_wall(request.values["signed_at"]),
            reason=request.values["reason"],
        )
        return _checked(signed, check_after_signing(signed))

    def _raw_signature(self, attributes: bytes) -> bytes:
        write_frame(self._answers, Frame("to-be-signed", {}, (attributes,)))
        answer = read_frame(self._requests)
        if answer is None or answer.kind != "signature" or len(answer.parts) != 1:
            raise BrokenPipe("no signature came")
        return answer.parts[0]


def _whole_points(
    box: tuple[float, float, float, float] | None,
) -> tuple[int, int, int, int] | None:
    if box is None:
        return None
    left, lower, right, upper = (round(edge) for edge in box)
    return left, lower, right, upper


def _checked(pdf: bytes, findings: tuple[str, ...]) -> bytes:
    if findings:
        raise EvidenceError(
            "EVIDENCE-PDFA-02",
            f"The signed pack is no PDF/A-3b any more: {'; '.join(findings[:5])}.",
            meaning="The file was not kept; the journal stands.",
            remedy="Report the finding; the pack can be written again at any time.",
        )
    return pdf


def _defect(error: Exception) -> str:
    """Say what went wrong and where: types and lines, never values."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    ours = [
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in frames
        if "ceremony" in Path(frame.filename).parts
    ]
    return f"{type(error).__name__} at {where} (from {', '.join(ours)})"


def _enter_bare(package: str) -> None:
    """Make a package's modules importable without the package's own imports.

    pyHanko's packages load its validator and a client for web services, which no
    request needs, and which would take a third of the loading and half the modules.
    """
    spec = find_spec(package)
    if spec is None:
        raise ModuleNotFoundError(package)
    sys.modules[package] = module_from_spec(spec)


def _load() -> None:
    """Load what every request needs, before the first comes.

    The libraries load slowly, and never in the process that holds the tokens.
    """
    for package in _BARE:
        _enter_bare(package)
    import ceremony.evidence.assemble
    import ceremony.evidence.signing
    import ceremony.report.layout  # noqa: F401  used where a request is answered


def main() -> None:
    """Limit the process and answer over standard input and output."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT, CPU_LIMIT))
    answers = os.dup(1)
    # Whatever a library prints must not stand between two frames.
    os.dup2(2, 1)
    look_rarely()
    _load()
    Child(0, answers).run()


if __name__ == "__main__":
    main()
