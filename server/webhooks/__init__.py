"""Discord webhooks of clans: what they are told of, the outbox it waits in, and how the last delivery went."""
