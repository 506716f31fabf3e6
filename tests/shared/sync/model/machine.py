"""The state machines: what may happen in each scenario, in whatever order Hypothesis thinks of."""

from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.shared.sync.model.oracle import HONEST_MS
from tests.shared.sync.model.rules import ALL, Rules
from tests.shared.sync.model.world import LATER, NO_ANSWER, NO_REQUEST, OK, TWICE, Step, World

machines = st.integers(0, 2)
picks = st.integers(0, 3)
pushes = st.sampled_from([OK, NO_ANSWER, NO_REQUEST, TWICE, LATER])
pulls = st.sampled_from([OK, OK, OK, NO_REQUEST, NO_ANSWER])
clocks = st.integers(0, 3)
crashes = st.none() | st.integers(1, 12)
HOUR = 3_600_000


class Faults(RuleBasedStateMachine):
    """Requests and answers are lost, doubled and late; clocks are wrong; clients crash at ack, page and apply."""

    laws: ClassVar[Rules] = ALL
    """Read when a history begins, so that a search can take one out."""
    offsets: ClassVar[tuple[int, ...]] = (0, 30_000, -HOUR, 2 * HOUR)
    trail: ClassVar[tuple[tuple[int, ...], list[Step]]]
    """The history under way: once a search has ended, the shortest that failed."""

    @initialize(second=clocks, third=clocks, rows=st.sampled_from([(), (2,), (0, 1), (0, 2)]))
    def begin(self, second: int, third: int, rows: tuple[int, ...]) -> None:
        """Half of the histories begin with rows that everybody has."""
        chosen = (0, self.offset(second), self.offset(third))
        self.world = World(chosen, self.laws)
        type(self).trail = (chosen, [])
        for kind in rows:
            self.take("insert", 0, kind, 0)
        for c in range(3) if rows else ():
            self.take("sync", c)

    def offset(self, place: int) -> int:
        return self.offsets[place % len(self.offsets)]

    def take(self, *step: object) -> None:
        self.trail[1].append(step)
        self.world.do(step)

    @rule(c=machines, kind=st.integers(0, 3), pick=picks)
    def insert(self, c: int, kind: int, pick: int) -> None:
        self.take("insert", c, kind, pick)

    @rule(c=machines, pick=picks, place=st.integers(0, 1))
    def edit(self, c: int, pick: int, place: int) -> None:
        self.take("edit", c, pick, place)

    @rule(c=machines, pick=picks)
    def bury(self, c: int, pick: int) -> None:
        self.take("bury", c, pick)

    @rule(c=machines, pick=picks)
    def unbury(self, c: int, pick: int) -> None:
        self.take("unbury", c, pick)

    @rule(c=machines, fate=pushes)
    def send(self, c: int, fate: int) -> None:
        self.take("send", c, fate)

    @rule(c=machines, crash=crashes)
    def receive(self, c: int, crash: int | None) -> None:
        self.take("receive", c, crash)

    @rule(c=machines, fate=pulls, crash=crashes)
    def pull(self, c: int, fate: int, crash: int | None) -> None:
        self.take("pull", c, fate, crash)

    @rule(c=machines)
    def sync(self, c: int) -> None:
        self.take("sync", c)

    @rule(c=machines)
    def restart(self, c: int) -> None:
        self.take("restart", c)

    @rule(pick=st.integers(0, 9))
    def replay(self, pick: int) -> None:
        self.take("replay", pick)

    @rule(milliseconds=st.sampled_from([1_000, 20_000, 61_000, HOUR]))
    def wait(self, milliseconds: int) -> None:
        self.take("wait", milliseconds)

    @rule(c=machines, place=clocks)
    def set_clock(self, c: int, place: int) -> None:
        self.take("set_clock", c, self.offset(place))

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            self.world.settle()
        finally:
            self.world.close()


class Purge(Faults):
    """Tombstones are thrown away while some machine sleeps or is half-way through its pages."""

    @rule()
    def purge(self) -> None:
        self.take("purge")


class Restore(Faults):
    """The server is restored from a backup.

    A clamp that the backup does not know is forgotten: an edit made by a clock far ahead, whose answer was lost, counts
    as made when it is sent again. So no clock is far ahead here, nor put right so that what is known of its skew is.
    """

    offsets = (0, 30_000, -HOUR)

    @rule(c=machines, place=clocks)
    def set_clock(self, c: int, place: int) -> None:
        if abs(self.offset(place) - self.world.clients[c].offset) < HONEST_MS:
            super().set_clock(c, place)

    @rule()
    def backup(self) -> None:
        self.take("backup")

    @rule()
    def restore(self) -> None:
        self.take("restore")


class Clone(Faults):
    """A database file is copied to another machine, which goes on beside the first."""

    @rule(c=machines, other=machines)
    def clone(self, c: int, other: int) -> None:
        self.take("clone", c, other)


SCENARIOS: dict[str, type[Faults]] = {
    "faults": Faults,
    "purge": Purge,
    "restore": Restore,
    "clone": Clone,
}
