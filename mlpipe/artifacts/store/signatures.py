"""Signatures of artifacts: who has the key has signed the manifest, and with it every digest that stands in it.

HMAC-SHA-256 over the bytes of `manifest.json`, in hexadecimal in `manifest.sig`. A manifest holds the digests of all
files and the fingerprints of all inputs, so that what a signed artifact was made from needs no signature of its own.
The key is read where it is used, and stands in no message.

References
----------
H. Krawczyk, M. Bellare and R. Canetti, "HMAC: keyed-hashing for message authentication", RFC 2104, 1997.
"""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from typing import TYPE_CHECKING

from mlpipe.artifacts.errors import shown
from mlpipe.errors import ArtifactError, UsageError
from mlpipe.params.signing import KEY_FILE

if TYPE_CHECKING:
    from collections.abc import Callable

SIGNATURE = "manifest.sig"
LEAST_KEY = 16
"""Bytes of the shortest key: 128 bits."""
_LARGEST_KEY = 1 << 16
LARGEST_SIGNATURE = 256


def required_key() -> bytes | None:
    """The key that artifacts must be signed with; None where none is asked for."""
    path = KEY_FILE.get()
    return None if path is None else read_key(Path(path))


def read_key(path: Path) -> bytes:
    """The bytes of a key file, as they are.

    Raises
    ------
    UsageError
        Where it cannot be read, or is too short to be a key.
    """
    try:
        with path.open("rb") as file:
            key = file.read(_LARGEST_KEY)
    except OSError as error:
        raise UsageError(
            f"The key file {shown(path)} cannot be read: {error.strerror}.", remedy="Give a file that holds the key."
        ) from error
    if len(key) < LEAST_KEY:
        raise UsageError(
            f"The key file {shown(path)} holds fewer than {LEAST_KEY} bytes.",
            remedy="Make a key of random bytes: head -c 32 /dev/urandom > key.",
        )
    return key


def signature_of(manifest: bytes, key: bytes) -> bytes:
    """The content of `manifest.sig`."""
    return hmac.new(key, manifest, hashlib.sha256).hexdigest().encode() + b"\n"


def check_signature(manifest: bytes, read: Callable[[], bytes], key: bytes, path: Path) -> None:
    """Hold a manifest's signature against the key, before anything in the manifest is believed.

    Parameters
    ----------
    read : callable
        Gives the content of `manifest.sig`, or raises OSError.
    path : Path
        The folder, for messages.

    Raises
    ------
    ArtifactError
        Where it is not signed, or with another key, or was changed since.
    """
    try:
        found = read()
    except OSError as error:
        raise ArtifactError(
            f"{shown(path)} is not signed.",
            where=f"It holds no {SIGNATURE} that can be read.",
            remedy=f"Sign it where you trust it: `mlpipe sign {shown(path)}` with the key file.",
        ) from error
    if not hmac.compare_digest(found.strip(), signature_of(manifest, key).strip()):
        raise ArtifactError(
            f"The signature of {shown(path)} does not match: another key signed it, or it was changed since.",
            remedy="Do not use it unless you know where it comes from; sign it again where you trust it.",
        )
