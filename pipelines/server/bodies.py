"""A request's body, read up to a bound: no more of it is ever held."""

from starlette.requests import Request

from pipelines.server.refusals import Refusal


async def body_of(request: Request, most: int, too_long: str, field: str | None = None) -> bytes:
    """Return the request's body; raises Refusal 413 with the sentence ``too_long`` beyond ``most`` bytes."""
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > most:
            raise Refusal(413, "body", too_long, field)
    return bytes(parts)
