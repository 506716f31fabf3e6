"""Coins, experience, shop, lootboxes and events: the rules, for a player's own app and for a server alike.

Pure: time and randomness are arguments, amounts are int, odds are fractions.
"""
