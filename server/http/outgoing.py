"""What other servers answer is read with measure."""

from collections.abc import AsyncIterator


async def at_most(chunks: AsyncIterator[bytes], limit: int) -> bytes | None:
    """A body; None as soon as it is longer than so many bytes."""
    found = bytearray()
    async for chunk in chunks:
        found += chunk
        if len(found) > limit:
            return None
    return bytes(found)
