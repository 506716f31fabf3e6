"""The figures of a character's week."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from desktop.services.home import CharacterWeek
from shared.mesos import short_mesos


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a character's week. An empty text stands for "all done" and is drawn as a tick."""

    text: str
    caption: str
    role: str = "text"


def figures(week: CharacterWeek) -> tuple[Figure, Figure, Figure, Figure]:
    """Mesos earned and still possible, daily and weekly tasks left."""
    translate = QCoreApplication.translate
    return (
        Figure(short_mesos(week.mesos_earned), translate("home", "mesos earned")),
        Figure(short_mesos(week.mesos_possible), translate("home", "still possible"), "text-muted"),
        Figure(_tasks(week, week.daily_tasks_left), translate("home", "daily left")),
        Figure(_tasks(week, week.weekly_tasks_left), translate("home", "weekly left")),
    )


def _tasks(week: CharacterWeek, left: int) -> str:
    return str(left) if left else "" if week.tasks else "–"
