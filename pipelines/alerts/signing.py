"""How each kind of webhook wants its messages signed; byte for byte as their makers document it."""

import base64
import hashlib
import hmac
from urllib.parse import quote


def dingtalk(secret: str, timestamp_ms: int) -> str:
    """Return DingTalk's sign for its URL: key is the secret, the message "ms, line feed, secret", quoted for a URL."""
    return quote(_base64(secret, f"{timestamp_ms}\n{secret}"), safe="")


def feishu(secret: str, timestamp_s: int) -> str:
    """Return Feishu's sign for its body: key is "s, line feed, secret", the message is empty."""
    return _base64(f"{timestamp_s}\n{secret}", "")


def generic(secret: str, timestamp_s: int, body: bytes) -> str:
    """Return the sign of a generic webhook for its header: HMAC-SHA256 of "s.body" in hexadecimal digits."""
    signed = f"{timestamp_s}.".encode() + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def _base64(key: str, message: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()
