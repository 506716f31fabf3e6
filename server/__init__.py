"""The MapleHub server. Not built yet; the desktop is whole without it."""
