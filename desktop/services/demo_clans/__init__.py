"""Two made-up clans for a look around: the same at every start, never from a network, and never sent to one.

A small server in memory that answers the routes of the real one; what the player changes lasts as long as the program.
"""
