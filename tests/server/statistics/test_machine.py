"""After any history, in any batches, every sum is what a slow and independent function makes of the rows."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from server.accounts import service as accounts
from server.database import Database
from server.statistics import rules, service
from server.statistics.check import check_totals, check_week, weeks_to_check
from server.statistics.compaction import compact
from server.statistics.follow import follow, forget
from server.sync.editing import Edit
from shared.catalog import DropEpoch
from shared.statistics.rules import Rule
from tests.server.statistics import naive
from tests.server.statistics.crowd import Crowd

ITEMS = {
    "hard-lucid": ("dreamy-belt", "dawn-whisper-crystal"),
    "easy-lucid": ("green-jade-boss-ring-box", "dreamy-belt"),
    "hard-black-mage": ("genesis-badge", "fafnir-weapon"),
    "normal-zakum": ("aquatic-letter-eye-accessory", "condensed-power-crystal"),
    "extreme-lotus": ("black-heart", "damaged-black-heart"),
}
BOSSES = tuple(ITEMS)
FULL_WEEK = (
    "chaos-vellum",
    "chaos-pierre",
    "chaos-von-bon",
    "hard-magnus",
    "hard-damien",
    "hard-will",
    "chaos-gloom",
    "hard-darknell",
    "hard-verus-hilla",
    "normal-chosen-seren",
    "normal-limbo",
    "normal-baldrix",
    "hard-jupiter",
    "hard-lotus",
    "normal-kaling",
)
DAYS = st.sampled_from(
    [0, 0, 1, 2, 5, 7, 8, 30, 33, 100, 130, -1, -2]  # days ago; the last ones are still to come
)
HONEST = st.tuples(
    st.integers(0, 3),
    st.sampled_from(BOSSES),
    DAYS,
    st.sampled_from([(), (0,), (0,), (1,), (0, 1)]),
    st.sampled_from([1, 1, 2]),
    st.sampled_from([1, 1, 2, 3]),
    st.sampled_from([None, None, None, "unrecorded"]),
)
"""Player and character, boss, days ago, items, quantity, party, drop note."""
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "drop_note": st.sampled_from(["unrecorded", "nothing", "list"]),
    "party_size": st.sampled_from([1, 2, 3, 4, 6, 7, 0]),
    "world_type": st.sampled_from(["heroic", "heroic", "interactive"]),
    "entry_method": st.sampled_from(["dialog", "tick", "demo"]),
    "client_version": st.sampled_from(["0.9.0", "0.9.1", "nightly"]),
    "entry_id": st.sampled_from([*BOSSES, "nobody"]),
    "occurred_on": st.sampled_from(["0001-01-01", "9999-12-31", "2004-12-31", "2026-03-04", "2026-02-26"]),
}
RULES = (
    Rule("bad-client", "A broken version.", client_versions=("0.9.1",)),
    Rule("ticks-of-lucid", "Two conditions.", entry_methods=("tick",), entries=("hard-lucid",)),
    Rule("first-week", "Some days.", first_day=date(2026, 2, 26), last_day=date(2026, 3, 4)),
)


class Histories(RuleBasedStateMachine):
    """Two players and what they may do."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.crowd = self.do(self._begin(address))
        self.users: list[str] = []
        self.characters: dict[str, list[str]] = {}
        self.runs: list[tuple[str, Edit]] = []
        self.drops: list[tuple[str, Edit]] = []

    def do(self, work: Any) -> Any:
        """Finish it."""
        return self.runner.run(work)

    async def _begin(self, address: str) -> Crowd:
        crowd = Crowd(Database(address))
        await crowd.forget_everything()
        changed = (DropEpoch(date(2026, 2, 28), "A patch.", "made up"),)
        crowd.catalog = replace(crowd.catalog, drop_epochs={"hard-lucid": changed})
        return crowd

    def teardown(self) -> None:
        """Whatever happened, it adds up in the end."""
        self.everything_adds_up()
        self.do(self.crowd.database.close())
        self.runner.close()

    @initialize(shares=st.booleans())
    def two_players(self, shares: bool) -> None:
        for sharing in (True, shares):
            user = self.do(self.crowd.user(shares=sharing))
            self.users.append(user)
            there = [self.crowd.character("kronos"), self.crowd.character("bera")]
            self.do(self.crowd.edit(user, *there))
            self.characters[user] = [each.id for each in there]

    @rule(runs=st.lists(HONEST, min_size=2, max_size=10), late=st.booleans())
    def log(self, runs: list[tuple[Any, ...]], late: bool) -> None:
        """As honest desktops would, but for what the boss may not drop or the day may not be."""
        for who, boss, ago, items, quantity, party, note in runs:
            given = {"party_size": party, "drop_note": note or ("list" if items else "nothing")}
            self._log(who, boss, ago, given, [ITEMS[boss][item] for item in items], quantity, late)

    @rule(
        who=st.integers(0, 3),
        boss=st.sampled_from(BOSSES),
        ago=DAYS,
        item=st.sampled_from([None, "dreamy-belt", "nothing-known"]),
        quantity=st.sampled_from([-1, 0, 7, 2**62]),
        given=st.fixed_dictionaries({}, optional=FIELDS),
    )
    def push_anything(
        self, who: int, boss: str, ago: int, item: str | None, quantity: int, given: dict[str, Any]
    ) -> None:
        """What only a broken or hostile client would."""
        self._log(who, boss, ago, given, [] if item is None else [item], quantity, late=False)

    def _log(
        self,
        who: int,
        boss: str,
        ago: int,
        given: dict[str, Any],
        items: list[str],
        quantity: int,
        late: bool,
    ) -> None:
        if not self.users:
            return
        user, place = self.users[who % len(self.users)], who // 2 % 2
        character, day = self.characters[user][place], self.crowd.today - timedelta(days=ago)
        run = self.crowd.run(
            character, boss, day, **{"world_type": ("heroic", "interactive")[place], **given}
        )
        drops = [self.crowd.drop(run, item, quantity) for item in items]
        self.do(self.crowd.push(user, run, *drops, late=timedelta(hours=5) if late else timedelta()))
        self.runs.append((user, run))
        self.drops += [(user, drop) for drop in drops]

    @rule(who=st.integers(0, 1), ago=st.sampled_from([0, 7, 100]), reverse=st.booleans())
    def a_week_with_too_many(self, who: int, ago: int, reverse: bool) -> None:
        """Sixteen weekly bosses: two of them cannot be."""
        if not self.users:
            return
        user = self.users[who % len(self.users)]
        bosses = [*FULL_WEEK, "easy-lucid"]
        day = self.crowd.today - timedelta(days=ago)
        for minute, boss in enumerate(reversed(bosses) if reverse else bosses):
            logged = f"2026-03-01T10:{minute:02}:00+00:00"
            self.runs.append((user, self.crowd.run(self.characters[user][0], boss, day, logged_at=logged)))
        self.do(self.crowd.push(user, *(run for _, run in self.runs[-len(bosses) :])))

    @precondition(lambda self: self.runs)
    @rule(which=st.integers(0), field=st.sampled_from(sorted(FIELDS)), data=st.data())
    def change_a_run(self, which: int, field: str, data: Any) -> None:
        user, run = self.runs[which % len(self.runs)]
        if user in self.users:
            self.do(self.crowd.change(user, "boss_runs", run.id, {field: data.draw(FIELDS[field])}))

    @precondition(lambda self: self.runs)
    @rule(which=st.integers(0), ago=DAYS)
    def move_a_run(self, which: int, ago: int) -> None:
        user, run = self.runs[which % len(self.runs)]
        if user in self.users:
            day = str(self.crowd.today - timedelta(days=ago))
            self.do(self.crowd.change(user, "boss_runs", run.id, {"occurred_on": day}))

    @precondition(lambda self: self.runs)
    @rule(which=st.integers(0), days=st.sampled_from([-7, -1, 0, 2, 12]))
    def move_a_run_a_little(self, which: int, days: int) -> None:
        """Within its month that is all right for a monthly boss, within its week for a weekly one."""
        user, run = self.runs[which % len(self.runs)]
        if user in self.users:
            day = date.fromisoformat(str(run.fields["reset_period"])) + timedelta(days=3 + days)
            self.do(self.crowd.change(user, "boss_runs", run.id, {"occurred_on": str(day)}))

    @precondition(lambda self: self.runs)
    @rule(which=st.integers(0), drops=st.booleans(), deleted=st.sampled_from([1, 1, 0]))
    def delete_or_restore(self, which: int, drops: bool, deleted: int) -> None:
        there = self.drops if drops and self.drops else self.runs
        user, row = there[which % len(there)]
        if user in self.users:
            self.do(self.crowd.change(user, row.table, row.id, {"deleted": deleted}))

    @precondition(lambda self: self.drops)
    @rule(which=st.integers(0), quantity=st.integers(0, 7))
    def change_a_drop(self, which: int, quantity: int) -> None:
        user, drop = self.drops[which % len(self.drops)]
        if user in self.users:
            self.do(self.crowd.change(user, "boss_run_drops", drop.id, {"quantity": quantity}))

    @rule(who=st.integers(0, 3), world=st.sampled_from(["kronos", "bera", "nowhere", None]))
    def another_world(self, who: int, world: str | None) -> None:
        """None: the character is deleted or, if it was, comes back."""
        if self.users:
            user = self.users[who % len(self.users)]
            fields = {"deleted": who % 2} if world is None else {"world": world}
            self.do(self.crowd.change(user, "characters", self.characters[user][who // 2 % 2], fields))

    @rule(who=st.integers(0, 1), value=st.sampled_from(["true", "false", None]))
    def share_or_not(self, who: int, value: str | None) -> None:
        if self.users:
            user = self.users[who % len(self.users)]
            said = self.crowd.sharing(value or "true")
            self.do(self.crowd.push(user, replace(said, bury=value is None)))

    @rule(who=st.integers(0, 1), held=st.booleans())
    def quarantine_or_release(self, who: int, held: bool) -> None:
        if not self.users:
            return
        user = self.users[who % len(self.users)]

        async def work() -> None:
            async with self.crowd.database.writing() as session:
                if held:
                    await rules.quarantine(session, user, "Let us look.", self.crowd.now)
                elif (await service.mine(session, user)).quarantined is not None:
                    await rules.release(session, user)

        self.do(work())

    @rule(rule=st.sampled_from(RULES))
    def apply_or_withdraw(self, rule: Rule) -> None:
        async def work() -> None:
            async with self.crowd.database.writing() as session:
                if rule in await rules.rules_in_force(session):
                    await rules.withdraw(session, rule.id)
                else:
                    await rules.apply(session, rule, self.crowd.now)

        self.do(work())

    @precondition(lambda self: len(self.users) == 2)
    @rule(who=st.integers(0, 5))
    def leave(self, who: int) -> None:
        """A player deletes the account; rarely, so that histories are long."""
        if who < 2:
            self.do(self._leave(self.users.pop(who)))

    async def _leave(self, user: str) -> None:
        async with self.crowd.database.writing() as session:
            await forget(session, user, self.crowd.now)
            await accounts.delete_user(session, user)

    @rule(days=st.sampled_from([0, 1, 2, 40]))
    def time_passes(self, days: int) -> None:
        self.crowd.forward(days=days, minutes=1)

    @rule()
    def take_up_some(self) -> None:
        async def work() -> None:
            async with self.crowd.database.writing() as session:
                await follow(session, self.crowd.catalog, self.crowd.now)

        self.do(work())

    @rule()
    def old_months_are_put_together(self) -> None:
        async def work() -> None:
            async with self.crowd.database.writing() as session:
                await compact(session, self.crowd.now)

        self.do(work())

    @rule()
    def everything_adds_up(self) -> None:
        self.do(self._adds_up())

    async def _adds_up(self) -> None:
        crowd = self.crowd
        await crowd.follow()
        async with crowd.database.writing() as session:
            there = list(await rules.rules_in_force(session))
            await naive.check(session, crowd.catalog, crowd.today, there)
            # The checks find nothing, or they would "mend" what is right.
            for week in await weeks_to_check(session):
                assert await check_week(session, crowd.catalog, week, crowd.now) == []
            assert await check_totals(session, crowd.now) == []


def test_every_sum_is_what_the_rows_say(address: str) -> None:
    run_state_machine_as_test(
        lambda: Histories(address),
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
            phases=[Phase.generate],
        ),
    )
