"""Small painted charts in the theme's colours, readable by keyboard and by screen reader."""

from desktop.ui.kit.charts.base import Series
from desktop.ui.kit.charts.cartesian import BarChart, LineChart
from desktop.ui.kit.charts.small import IntervalBar, MiniBar, ProgressRing, SparkLine

__all__ = ["BarChart", "IntervalBar", "LineChart", "MiniBar", "ProgressRing", "Series", "SparkLine"]
