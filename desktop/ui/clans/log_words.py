"""The lines of a clan's log as sentences. What a newer server writes and nobody here knows is told as it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication

from desktop.ui.clans.words import counted, role_name
from desktop.ui.kit.numbers import grouped
from desktop.ui.translation import QT_TRANSLATE_NOOP
from shared.api.clans import LogLine
from shared.clans.roles import Role

_translate = QCoreApplication.translate
_OWN = frozenset({"kind", "at", "by"})
_LONGEST = 120


_SENTENCES = {
    "founded": QT_TRANSLATE_NOOP("clans", "{by} founded the clan."),
    "changed": QT_TRANSLATE_NOOP("clans", "{by} changed the clan’s name or habits."),
    "closed": QT_TRANSLATE_NOOP("clans", "{by} closed the clan."),
    "joined": QT_TRANSLATE_NOOP("clans", "{user} joined."),
    "left": QT_TRANSLATE_NOOP("clans", "{user} left."),
    "removed": QT_TRANSLATE_NOOP("clans", "{by} removed {user}."),
    "role": QT_TRANSLATE_NOOP("clans", "{by} made {user} {role}."),
    "invited": QT_TRANSLATE_NOOP("clans", "{by} made an invitation."),
    "uninvited": QT_TRANSLATE_NOOP("clans", "{by} revoked an invitation."),
    "members_added": QT_TRANSLATE_NOOP("clans", "{by} added {members}."),
    "renamed": QT_TRANSLATE_NOOP("clans", "{by} renamed {member} to {name}."),
    "member_changed": QT_TRANSLATE_NOOP("clans", "{by} changed whose account {member} is."),
    "member_removed": QT_TRANSLATE_NOOP("clans", "{by} removed {member} from the roster."),
    "commit": QT_TRANSLATE_NOOP("clans", "{contest} is committed to: its rules and its secret are fixed."),
    "lock": QT_TRANSLATE_NOOP("clans", "{contest} ended: {entries} locked."),
    "reveal": QT_TRANSLATE_NOOP("clans", "{contest}: the secret was told."),
    "contest_started": QT_TRANSLATE_NOOP("clans", "{by} started {contest}."),
    "standings": QT_TRANSLATE_NOOP("clans", "{contest}: the standings were frozen."),
    "draw_asked": QT_TRANSLATE_NOOP("clans", "{by} asked for the draw of {contest}."),
    "drawn": QT_TRANSLATE_NOOP("clans", "{contest} was drawn."),
    "would_have_drawn": QT_TRANSLATE_NOOP("clans", "{contest}: told what the draw would have come to."),
    "void": QT_TRANSLATE_NOOP("clans", "{contest} was called off: {reason}"),
    "amended": QT_TRANSLATE_NOOP("clans", "{contest}, a remark by {by}: {note}"),
    "passed": QT_TRANSLATE_NOOP("clans", "{contest}: a prize went to the next alternate: {reason}"),
}
_OF_CONTESTS = frozenset({"commit", "lock", "reveal", "standings", "void"})


@dataclass(frozen=True, slots=True)
class Names:
    """What ids mean: of players, contests and members."""

    people: Mapping[str, str]
    contests: Mapping[str, str]
    members: Mapping[str, str]

    def person(self, user_id: object) -> str:
        """A player."""
        return self.people.get(str(user_id)) or _translate("clans", "Somebody who left")

    def contest(self, contest_id: object) -> str:
        """A contest in quotes."""
        title = self.contests.get(str(contest_id))
        return f"“{title}”" if title else _translate("clans", "A contest")

    def member(self, member_id: object) -> str:
        """A followed account."""
        return self.members.get(str(member_id)) or _translate("clans", "a member")


def icon_of(line: LogLine) -> str:
    """The icon of what was done."""
    return {
        "founded": "clans",
        "changed": "edit",
        "closed": "close",
        "joined": "person",
        "left": "person",
        "role": "crown",
        "invited": "plus",
        "uninvited": "minus",
        "members_added": "party",
        "member_changed": "edit",
        "member_removed": "party",
        "contest_started": "play",
        "commit": "lock",
        "lock": "lock",
        "standings": "lock",
        "reveal": "eye",
        "draw_asked": "star",
        "drawn": "trophy",
        "would_have_drawn": "trophy",
        "void": "close",
        "passed": "trophy",
        "amended": "note-list",
    }.get(str(line.event.get("kind")), "refresh" if "snapshot" in str(line.event.get("kind")) else "info")


def say(line: LogLine, names: Names) -> str:
    """A line as a sentence."""
    event = line.event
    kind, by = str(event.get("kind", "")), names.person(event.get("by"))
    template = _SENTENCES.get(_variant(kind, event))
    if template is not None and (kind not in _OF_CONTESTS or "contest_id" in event):
        added, entries = event.get("members"), event.get("n")
        return _translate("clans", template).format(
            by=by,
            user=names.person(event.get("user")),
            role=_role(event.get("role")),
            member=names.member(event.get("member")),
            name=event.get("name", ""),
            members=counted(
                len(added) if isinstance(added, list) else 1,
                _translate("clans", "1 member"),
                _translate("clans", "{0} members"),
            ),
            contest=names.contest(event.get("contest_id")),
            entries=counted(
                entries if isinstance(entries, int) else 0,
                _translate("clans", "1 entry"),
                _translate("clans", "{0} entries"),
            ),
            reason=event.get("reason", ""),
            note=event.get("note", ""),
        )
    return _snapshot(kind, event, by) if "snapshot" in kind else _as_it_stands(kind, event, by)


def _variant(kind: str, event: Mapping[str, Any]) -> str:
    if kind == "left" and event.get("by") not in (None, event.get("user")):
        return "removed"
    return "renamed" if kind == "member_changed" and event.get("name") else kind


def _snapshot(kind: str, event: Mapping[str, Any], by: str) -> str:
    done, failed = event.get("done"), event.get("failed")
    if kind == "snapshot_asked":
        return _translate("clans", "{0} ran a clan snapshot.").format(by)
    if isinstance(done, int) and event.get("cancelled"):
        return _translate("clans", "Snapshot: cancelled after {0} members.").format(grouped(done))
    if isinstance(done, int):
        said = _translate("clans", "Snapshot: {0} members read").format(grouped(done))
        if isinstance(failed, int) and failed:
            said += _translate("clans", ", {0} could not be").format(grouped(failed))
        return f"{said}."
    if event.get("by"):
        return _translate("clans", "{0}: {1}.").format(kind.replace("_", " ").capitalize(), by)
    return f"{kind.replace('_', ' ').capitalize()}."


def _as_it_stands(kind: str, event: Mapping[str, Any], by: str) -> str:
    rest = ", ".join(f"{name}: {value}" for name, value in event.items() if name not in _OWN)
    said = kind.replace("_", " ").capitalize()
    if event.get("by"):
        said += _translate("clans", ", by {0}").format(by)
    if rest:
        said += f" ({rest if len(rest) <= _LONGEST else rest[:_LONGEST] + '…'})"
    return f"{said}."


def _role(role: object) -> str:
    try:
        return role_name(Role(str(role))).lower()
    except ValueError:
        return str(role)
