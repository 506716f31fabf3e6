"""The calculators of the app, for everybody."""
