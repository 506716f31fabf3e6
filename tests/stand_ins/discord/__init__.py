"""Discord as its documentation describes it, on this computer: OAuth2, the user and their guilds, webhooks, rate
limits, errors.

Sources: https://discord.com/developers/docs/topics/oauth2, …/topics/rate-limits, …/resources/user, …/resources/webhook,
…/resources/message#embed-object, and RFC 6749 and 7636 where Discord follows them.
"""

from tests.stand_ins.discord.app import build
from tests.stand_ins.discord.state import Application, Discord, Fault, Guild, Message, Player

__all__ = ["Application", "Discord", "Fault", "Guild", "Message", "Player", "build"]
