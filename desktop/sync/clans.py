"""Clans, asked of a server in the player's name: rosters, boards, contests and their draws, webhooks, the log.

Every question raises Unreachable, SignedOut or Incompatible; NotFound for what is not there or not the player's to
see; Refused for what their role may not do; Conflict and InvalidInput as the server puts them.
"""

from typing import Any, TypeVar

import httpx
from pydantic import BaseModel

from desktop.sync.http import Connection, Credentials, Incompatible, Unreachable, problem, trouble, understood
from shared.api.clans import (
    CharactersEntry,
    ClanChange,
    ClanEntry,
    ClanInfo,
    ClanList,
    InvitationEntry,
    InvitationList,
    JoinEntry,
    LogPage,
    MemberChange,
    MemberInfo,
    MemberList,
    MembersEntry,
    NewInvitation,
    PersonInfo,
    PersonList,
    RoleChange,
)
from shared.api.contests import (
    ContestForm,
    ContestInfo,
    ContestList,
    PassEntry,
    ReasonEntry,
    ReceiptList,
    Standings,
)
from shared.api.progress import (
    Board,
    MemberProgress,
    MetricList,
    Panels,
    SnapshotInfo,
    SnapshotStanding,
    SortBy,
)
from shared.api.webhooks import WebhookChange, WebhookEntry, WebhookInfo, WebhookList
from shared.clans.metrics import Game
from shared.clans.roles import Role
from shared.clans.timeframes import Timeframe
from shared.errors import Conflict, InvalidInput, MapleHubError, NotFound

Shape = TypeVar("Shape", bound=BaseModel)
_AGAIN = "Try again in a moment."


class Refused(MapleHubError):  # noqa: N818 - what it is
    """The player's role in the clan does not reach that far."""


class ClansClient:
    """The clans of a sign-in. For any thread.

    transport: what carries the requests; None for the network.
    """

    def __init__(
        self, address: str, sign_in: Credentials | None, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._sign_in = sign_in
        self._connection = Connection(address, transport, kept=True)

    def close(self) -> None:
        """Let go of the server, from any thread. A running request ends in Unreachable."""
        self._connection.close()

    # Clans

    def clans(self) -> ClanList:
        """The player's clans."""
        return self._get("/clans", ClanList)

    def found(self, entry: ClanEntry) -> ClanInfo:
        """Found one; the player leads it."""
        return self._send("POST", "/clans", entry, ClanInfo)

    def join(self, code: str) -> ClanInfo:
        """Come in by an invitation's code."""
        return self._send("POST", "/clans/join", JoinEntry(code=code), ClanInfo)

    def clan(self, clan_id: str) -> ClanInfo:
        """One clan."""
        return self._get(f"/clans/{clan_id}", ClanInfo)

    def change_clan(self, clan_id: str, change: ClanChange) -> ClanInfo:
        """Change its name, who may see its board, and how often it is looked at."""
        return self._send("PUT", f"/clans/{clan_id}", change, ClanInfo)

    def close_clan(self, clan_id: str) -> None:
        """End it, for everybody."""
        self._ask("DELETE", f"/clans/{clan_id}")

    # People

    def people(self, clan_id: str) -> PersonList:
        """Who has a role."""
        return self._get(f"/clans/{clan_id}/people", PersonList)

    def change_role(self, clan_id: str, user_id: str, role: Role) -> PersonInfo:
        """Give somebody another role."""
        return self._send("PUT", f"/clans/{clan_id}/people/{user_id}", RoleChange(role=role), PersonInfo)

    def remove_person(self, clan_id: str, user_id: str) -> None:
        """Let somebody go; oneself to leave."""
        self._ask("DELETE", f"/clans/{clan_id}/people/{user_id}")

    def invitations(self, clan_id: str) -> InvitationList:
        """The links that still let players in."""
        return self._get(f"/clans/{clan_id}/invitations", InvitationList)

    def invite(self, clan_id: str, entry: InvitationEntry) -> NewInvitation:
        """Make a link; its code is told this once."""
        return self._send("POST", f"/clans/{clan_id}/invitations", entry, NewInvitation)

    def revoke(self, clan_id: str, invitation_id: str) -> None:
        """Let a link let nobody in any more."""
        self._ask("DELETE", f"/clans/{clan_id}/invitations/{invitation_id}")

    # Members

    def members(self, clan_id: str) -> MemberList:
        """The roster."""
        return self._get(f"/clans/{clan_id}/members", MemberList)

    def add_members(self, clan_id: str, entry: MembersEntry) -> MemberList:
        """Follow accounts by name; those that were added."""
        return self._send("POST", f"/clans/{clan_id}/members", entry, MemberList)

    def add_characters(self, clan_id: str, entry: CharactersEntry) -> MemberList:
        """Let the clan follow the player's own characters; those that were added."""
        return self._send("POST", f"/clans/{clan_id}/characters", entry, MemberList)

    def change_member(self, clan_id: str, member_id: str, change: MemberChange) -> MemberInfo:
        """Change the fields that are set: the account's name, the player it belongs to."""
        body = change.model_dump(mode="json", exclude_unset=True)
        return self._send("PUT", f"/clans/{clan_id}/members/{member_id}", body, MemberInfo)

    def remove_member(self, clan_id: str, member_id: str) -> None:
        """Follow an account no more."""
        self._ask("DELETE", f"/clans/{clan_id}/members/{member_id}")

    def member(self, clan_id: str, member_id: str, timeframe: Timeframe, metric: str) -> MemberProgress:
        """All that is known of a member, with the days of one metric."""
        path = f"/clans/{clan_id}/members/{member_id}"
        return self._get(path, MemberProgress, timeframe=timeframe.value, metric=metric)

    # Figures

    def snapshots(self, clan_id: str) -> SnapshotStanding:
        """How the clan stands with its snapshots."""
        return self._get(f"/clans/{clan_id}/snapshots", SnapshotStanding)

    def run_snapshot(self, clan_id: str) -> SnapshotInfo:
        """Take one now."""
        return self._send("POST", f"/clans/{clan_id}/snapshots", None, SnapshotInfo)

    def snapshot(self, clan_id: str, snapshot_id: str) -> SnapshotInfo:
        """How far one is."""
        return self._get(f"/clans/{clan_id}/snapshots/{snapshot_id}", SnapshotInfo)

    def cancel_snapshot(self, clan_id: str, snapshot_id: str) -> SnapshotInfo:
        """Stop one; what it has found stays."""
        return self._send("DELETE", f"/clans/{clan_id}/snapshots/{snapshot_id}", None, SnapshotInfo)

    def board(
        self,
        clan_id: str,
        metric: str,
        timeframe: Timeframe,
        *,
        sort: SortBy,
        descending: bool,
        offset: int,
        limit: int,
        game: Game | None = None,
    ) -> Board:
        """A page of a leaderboard. game: whose accounts; None for the clan's own."""
        return self._get(
            f"/clans/{clan_id}/board",
            Board,
            metric=metric,
            timeframe=timeframe.value,
            sort=sort,
            descending=str(descending).lower(),
            offset=str(offset),
            limit=str(limit),
            **_of(game),
        )

    def metrics(self, clan_id: str, game: Game | None = None) -> MetricList:
        """The metrics of which anything is known of the accounts of a game, the clan's own for None."""
        return self._get(f"/clans/{clan_id}/metrics", MetricList, **_of(game))

    def panels(self, clan_id: str, timeframe: Timeframe, game: Game | None = None) -> Panels:
        """Totals of the accounts of a game, the clan's own for None, and what was gained."""
        return self._get(f"/clans/{clan_id}/panels", Panels, timeframe=timeframe.value, **_of(game))

    # Contests

    def contests(self, clan_id: str) -> ContestList:
        """The clan's contests."""
        return self._get(f"/clans/{clan_id}/contests", ContestList)

    def contest(self, clan_id: str, contest_id: str) -> ContestInfo:
        """One contest."""
        return self._get(_contest(clan_id, contest_id), ContestInfo)

    def make_contest(self, clan_id: str, form: ContestForm) -> ContestInfo:
        """Write one down, as a draft."""
        return self._send("POST", f"/clans/{clan_id}/contests", form, ContestInfo)

    def change_contest(self, clan_id: str, contest_id: str, form: ContestForm) -> ContestInfo:
        """Change a draft."""
        return self._send("PUT", _contest(clan_id, contest_id), form, ContestInfo)

    def delete_contest(self, clan_id: str, contest_id: str) -> None:
        """Throw a draft away."""
        self._ask("DELETE", _contest(clan_id, contest_id))

    def start_contest(self, clan_id: str, contest_id: str) -> ContestInfo:
        """Commit to it: from now on nothing of it changes."""
        return self._send("POST", f"{_contest(clan_id, contest_id)}/start", None, ContestInfo)

    def draw(self, clan_id: str, contest_id: str) -> ContestInfo:
        """Draw; the same result whenever it is asked for again."""
        return self._send("POST", f"{_contest(clan_id, contest_id)}/draw", None, ContestInfo)

    def void(self, clan_id: str, contest_id: str, reason: str) -> ContestInfo:
        """Call it off, with a reason everybody reads."""
        path = f"{_contest(clan_id, contest_id)}/void"
        return self._send("POST", path, ReasonEntry(reason=reason), ContestInfo)

    def amend(self, clan_id: str, contest_id: str, reason: str) -> ContestInfo:
        """Add a remark to what was frozen."""
        path = f"{_contest(clan_id, contest_id)}/amendments"
        return self._send("POST", path, ReasonEntry(reason=reason), ContestInfo)

    def pass_on(
        self, clan_id: str, contest_id: str, place: int, reason: str, leaf: int | None = None
    ) -> ContestInfo:
        """Give a prize to the next alternate. leaf: the ticket of who was seen to hold it."""
        path = f"{_contest(clan_id, contest_id)}/places/{place}/pass"
        return self._send("POST", path, PassEntry(reason=reason, leaf=leaf), ContestInfo)

    def standings(self, clan_id: str, contest_id: str) -> Standings:
        """How far everybody came."""
        return self._get(f"{_contest(clan_id, contest_id)}/standings", Standings)

    def receipts(self, clan_id: str, contest_id: str) -> ReceiptList:
        """The player's own tickets."""
        return self._get(f"{_contest(clan_id, contest_id)}/receipts", ReceiptList)

    def proof(self, contest_id: str) -> bytes:
        """The proof of a draw, as the file it is."""
        return self._ask("GET", f"/contests/{contest_id}/proof").content

    # Webhooks and the log

    def webhooks(self, clan_id: str) -> WebhookList:
        """Where the clan's news go."""
        return self._get(f"/clans/{clan_id}/webhooks", WebhookList)

    def add_webhook(self, clan_id: str, entry: WebhookEntry) -> WebhookInfo:
        """Add one; its address goes out this once and never comes back."""
        body = {**entry.model_dump(mode="json"), "url": entry.url.get_secret_value()}
        return self._send("POST", f"/clans/{clan_id}/webhooks", body, WebhookInfo)

    def change_webhook(self, clan_id: str, webhook_id: str, change: WebhookChange) -> WebhookInfo:
        """Change its name, what it is told of, and whether it is."""
        return self._send("PUT", f"/clans/{clan_id}/webhooks/{webhook_id}", change, WebhookInfo)

    def remove_webhook(self, clan_id: str, webhook_id: str) -> None:
        """Tell it nothing any more."""
        self._ask("DELETE", f"/clans/{clan_id}/webhooks/{webhook_id}")

    def test_webhook(self, clan_id: str, webhook_id: str) -> WebhookInfo:
        """Send it a line to see whether it arrives."""
        return self._send("POST", f"/clans/{clan_id}/webhooks/{webhook_id}/test", None, WebhookInfo)

    def log(self, clan_id: str, offset: int, limit: int) -> LogPage:
        """Lines of the log, the newest first."""
        return self._get(f"/clans/{clan_id}/log", LogPage, offset=str(offset), limit=str(limit))

    # How it is asked

    def _get(self, path: str, shape: type[Shape], **params: str) -> Shape:
        return understood(self._ask("GET", path, params=params), shape)

    def _send(
        self, method: str, path: str, body: BaseModel | dict[str, Any] | None, shape: type[Shape]
    ) -> Shape:
        sent = {} if body is None else {"json": _plain(body)}
        return understood(self._ask(method, path, **sent), shape)

    def _ask(self, method: str, path: str, **sent: Any) -> httpx.Response:
        try:
            answer = self._connection.ask(method, f"/api{path}", self._sign_in, **sent)
        except Unreachable as error:
            # Nothing that is asked here is kept to be sent later, as sync's edits are.
            raise Unreachable(error.message, error.retry_after, _AGAIN) from error
        if not answer.is_success:
            raise _trouble(answer)
        return answer


def _contest(clan_id: str, contest_id: str) -> str:
    return f"/clans/{clan_id}/contests/{contest_id}"


def _of(game: Game | None) -> dict[str, str]:
    return {} if game is None else {"game": game.value}


def _plain(body: BaseModel | dict[str, Any]) -> dict[str, Any]:
    return body.model_dump(mode="json") if isinstance(body, BaseModel) else body


def _trouble(answer: httpx.Response) -> MapleHubError:
    told = problem(answer)
    detail, action = str(told.get("detail", "")), str(told.get("action", ""))
    if detail:
        match answer.status_code:
            case httpx.codes.FORBIDDEN:
                return Refused(detail, action)
            case httpx.codes.NOT_FOUND:
                return NotFound(detail, action)
            case httpx.codes.CONFLICT:
                return Conflict(detail, action)
            case httpx.codes.UNPROCESSABLE_ENTITY:
                return InvalidInput(str(told.get("field", "")), detail, action)
    found = trouble(answer)
    if isinstance(found, Unreachable):
        return Unreachable(found.message, found.retry_after, _AGAIN)
    if isinstance(found, Incompatible) and answer.status_code == httpx.codes.NOT_FOUND:
        return Incompatible("This server does not know clans yet.", "Ask whoever runs it to update it.")
    return found
