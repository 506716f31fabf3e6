"""`--screenshots`: every page and dialog with demo data, drawn without a screen, so that people can look at them."""

from desktop.screenshots.session import CHARACTERS, SIZES, THEMES, leave_out_noise, take_screenshots

__all__ = ["CHARACTERS", "SIZES", "THEMES", "leave_out_noise", "take_screenshots"]
