"""Clans: what their members' metrics are, what was gained of them, and what a contest asks for.

Pure: instants, points and names are arguments.
"""
