"""Room for the functions about coded text: digests, base64, signed content.

It must not know keys of this server: the key comes with the expression. `registry` lists these functions.
"""

import hashlib
from base64 import b64encode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from collector.domain.xpath.context import Context
from collector.domain.xpath.errors import failed
from collector.domain.xpath.functions.function import Function
from collector.domain.xpath.values import Value, to_string

ALGORITHMS = {name.upper(): name for name in ("md5", "sha1", "sha256", "sha384", "sha512")}
ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
NUMBERS = {sign: number for number, sign in enumerate(ALPHABET)} | {ord("="): 0}
SIGNATURE = 64


def digest(context: Context, value: Value, algorithm: Value, encoding: Value = "base64") -> str:
    """The digest of the text's UTF-8, in base64 or hex. Names in any case, with or without hyphens."""
    name = ALGORITHMS.get(to_string(algorithm, context).upper().replace("-", ""))
    form = to_string(encoding, context).upper()
    if name is None or form not in ("BASE64", "HEX"):
        raise failed("digest() does not know this algorithm or encoding")
    made = hashlib.new(name, to_string(value, context).encode("utf-8", "replace"), usedforsecurity=False)
    return made.hexdigest() if form == "HEX" else b64encode(made.digest()).decode()


def decoded(text: str) -> bytes:
    """The bytes of base64 text as the phone reads it: foreign signs are skipped, a wrong length gives nothing."""
    signs = text.encode("utf-8", "replace")
    legal = [NUMBERS[sign] for sign in signs if sign in NUMBERS]
    if len(legal) % 4:
        return b""
    padding = 0
    for sign in reversed(signs[1:]):
        if NUMBERS.get(sign, 0):
            break
        padding += sign == ord("=")
    bits = 0
    for number in legal:
        bits = bits << 6 | number
    whole = bits.to_bytes(len(legal) // 4 * 3, "big")
    return whole[:max(len(whole) - padding, 0)]


def base64_decode(context: Context, value: Value) -> str:
    """The text that the base64 stands for, read as UTF-8; '' for bad base64."""
    text = to_string(value, context)
    context.spend(len(text))
    return decoded(text).decode("utf-8", "replace")


def extract_signed(context: Context, content: Value, key: Value) -> str:
    """The message after an Ed25519 signature, both in base64, when the public key holds for it; else ''."""
    signed = decoded(to_string(content, context))
    signature, message = signed[:SIGNATURE], signed[SIGNATURE:]
    context.spend(10_000)
    try:
        Ed25519PublicKey.from_public_bytes(decoded(to_string(key, context))[:32]).verify(signature, message)
    except (InvalidSignature, ValueError):
        return ""
    return message.decode("utf-8", "replace")


FUNCTIONS = {
    "digest": Function(digest, 2, 3),
    "base64-decode": Function(base64_decode, 1, 1),
    "extract-signed": Function(extract_signed, 2, 2),
}
