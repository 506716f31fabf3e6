"""The MapleHub server: accounts, the API, and sync that loses nothing. The desktop is whole without it."""
