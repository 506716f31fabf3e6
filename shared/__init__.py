"""What a boss run, a reset, a calculator and a catalogue *are*: pure Python that the desktop and the server share.

Nothing here reads a clock, draws a random number or does I/O by itself; time and randomness are arguments.
"""
