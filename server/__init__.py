"""The MapleHub server."""
