"""The one-file verifier: a recipient without Leadline checks signature and digests with it."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from leadline.stages.referral.contract import DocumentFormat, Dossier, Example

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadline.stages.referral.contract import File


def _files(dossier: Dossier) -> Iterator[File]:  # noqa: ARG001  the same in every package
    yield "verify.py", [files("leadline.stages.referral").joinpath("verify_package.py").read_bytes()]


PLUGIN = DocumentFormat(
    name="verifier",
    title="verifier",
    files=_files,
    examples=(Example("verify.py", holds=("DSSEv1",), lacks=("import leadline", "from leadline")),),
)
