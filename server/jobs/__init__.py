"""Work on a clock: done by one process at a time, whichever looks first."""
