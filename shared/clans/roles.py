"""What a player may do in a clan."""

from enum import StrEnum


class Role(StrEnum):
    """leader: everything. officer: the roster, invitations, snapshots. member: sees everything."""

    LEADER = "leader"
    OFFICER = "officer"
    MEMBER = "member"

    def reaches(self, least: "Role") -> bool:
        """Whether this role may do what asks for at least that one."""
        return _RANKS[self] >= _RANKS[least]


_RANKS = {Role.MEMBER: 0, Role.OFFICER: 1, Role.LEADER: 2}
