"""An import is one change: all of it or nothing, with a backup before and one undo after."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from desktop.services.registry import Services
from desktop.services.transfer.transfer import RowState
from desktop.storage import backups
from desktop.storage.transaction import Transaction
from shared.errors import StorageError
from shared.runs import Drop, RunDraft
from shared.tracking import DropNote, EntryMethod
from tests.desktop.services.transfer.conftest import live_rows

DAY = date(2026, 11, 19)
WriteCsv = Callable[..., Path]


@pytest.fixture
def lucid(services: Services, character: str) -> str:
    """A clear with a drop, a note and a party of two; its id."""
    item = next(iter(services.catalog.items))
    drops = (Drop(item, 2, 500, DAY),)
    draft = RunDraft(character, "hard-lucid", DAY, 2, drop_note=DropNote.LIST, drops=drops, note="mine")
    return services.runs.log(draft)[1]


def test_what_differs_stays_unless_the_file_is_to_win(
    services: Services, lucid: str, csv_file: WriteCsv, tmp_path: Path
) -> None:
    before = live_rows(services)
    preview = services.transfer.preview(csv_file("Aria,,Hard Lucid,2026-11-20,3,,nothing,,theirs"))
    assert [(row.state, row.differs) for row in preview.rows] == [
        (RowState.DIFFERENT, ("date", "party_size", "drop_note", "drops", "note"))
    ]
    assert not services.transfer.run(preview, tmp_path / "kept")
    assert live_rows(services) == before
    changes = services.transfer.run(preview, tmp_path / "kept", overwrite=True)
    run = services.runs.get(lucid)
    assert (run.draft.day, run.draft.party_size, run.draft.note) == (date(2026, 11, 20), 3, "theirs")
    assert (run.draft.drops, run.draft.drop_note) == ((), DropNote.NOTHING)
    assert run.entry_method is EntryMethod.DIALOG
    assert changes.label is not None
    assert changes.label.arguments["count"] == 1
    services.database.undo()
    assert live_rows(services) == before


def test_columns_the_file_does_not_have_keep_what_is_stored(
    services: Services, lucid: str, csv_file: WriteCsv, tmp_path: Path
) -> None:
    before = services.runs.get(lucid)
    path = csv_file("Aria,Hard Lucid,2026-11-19,1", head="character,boss,date,party_size")
    services.transfer.run(services.transfer.preview(path), tmp_path / "kept", overwrite=True)
    after = services.runs.get(lucid)
    assert after.draft.party_size == 1
    assert (after.draft.drops, after.draft.note) == (before.draft.drops, before.draft.note)
    assert after.crystal_mesos == services.catalog.crystal_price(
        "hard-lucid", services.characters.all()[0].world_type, 1, DAY
    )


def test_drops_are_replaced_one_by_one(
    services: Services, lucid: str, csv_file: WriteCsv, tmp_path: Path
) -> None:
    first, second = list(services.catalog.items)[:2]
    path = csv_file(
        f"Aria,Hard Lucid,2026-11-19,{first} x2 @1.5b on 2026-11-20; {second}",
        head="character,boss,date,drops",
    )
    services.transfer.run(services.transfer.preview(path), tmp_path / "kept", overwrite=True)
    drops = services.runs.get(lucid).draft.drops
    assert drops == (Drop(first, 2, 1_500_000_000, date(2026, 11, 20)), Drop(second))


def test_one_undo_takes_everything_back_and_redo_brings_it_again(
    services: Services, lucid: str, csv_file: WriteCsv, tmp_path: Path
) -> None:
    before = live_rows(services)
    lines = [f"Bob,Bera,Hard Lucid,2026-{month:02}-05,,,,," for month in range(1, 11)]
    preview = services.transfer.preview(csv_file(*lines, "Aria,,Hard Lucid,2026-11-19,1,,,,"))
    services.transfer.run(preview, tmp_path / "kept", overwrite=True)
    after = live_rows(services)
    assert len(after["boss_runs"]) == 11
    services.database.undo()
    assert live_rows(services) == before
    services.database.redo()
    assert live_rows(services) == after


def test_a_failure_in_the_middle_changes_nothing(
    services: Services, lucid: str, csv_file: WriteCsv, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f"Bob,Bera,Hard Lucid,2026-{month:02}-05,,,,," for month in range(1, 11)]
    preview = services.transfer.preview(csv_file(*lines))
    before = live_rows(services)
    real = Transaction.insert_many
    calls = 0

    def fails_late(*arguments: object) -> int:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise OSError(28, "No space left on device")
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Transaction, "insert_many", fails_late)
    with pytest.raises(StorageError):
        services.transfer.run(preview, tmp_path / "kept")
    assert live_rows(services) == before
    label = services.database.next_undo()
    assert label is not None
    assert label.key == "run.logged"


def test_a_backup_comes_first_and_without_one_nothing_happens(
    services: Services, lucid: str, csv_file: WriteCsv, tmp_path: Path
) -> None:
    preview = services.transfer.preview(csv_file("Bob,Bera,Hard Lucid,2026-11-19,,,,,"))
    before = live_rows(services)
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    with pytest.raises(StorageError):
        services.transfer.run(preview, blocked)
    assert live_rows(services) == before
    services.transfer.run(preview, tmp_path / "kept")
    (backup,) = backups.listing(tmp_path / "kept")
    assert backup.reason == "import"
    assert backups.count(backup.path) == 2


def test_stopped_in_the_middle_it_changes_nothing(services: Services, character: str, tmp_path: Path) -> None:
    lines = [f"Aria,Zakum,{date.fromordinal(DAY.toordinal() - n).isoformat()}" for n in range(3000)]
    entry = next(e for e in services.catalog.bosses.values() if e.reset.value == "daily")
    path = tmp_path / "many.csv"
    path.write_text("\n".join(["character,boss,date", *lines]).replace("Zakum", entry.id))
    shares: list[float] = []
    preview = services.transfer.preview(path, report=shares.append)
    assert preview.count(RowState.NEW) == 3000
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) > 3
    before = live_rows(services)
    asked = iter((False, False, True))
    assert not services.transfer.run(preview, tmp_path / "kept", cancelled=lambda: next(asked))
    assert live_rows(services) == before
    assert services.transfer.run(preview, tmp_path / "kept")
    assert len(live_rows(services)["boss_runs"]) == 3000


def test_what_came_meanwhile_stays(
    services: Services, character: str, csv_file: WriteCsv, tmp_path: Path
) -> None:
    preview = services.transfer.preview(csv_file("Aria,,Hard Lucid,2026-11-19,2,,,,theirs"))
    services.runs.log(RunDraft(character, "hard-lucid", DAY, note="mine"))
    assert not services.transfer.run(preview, tmp_path / "kept", overwrite=True)
    (row,) = live_rows(services)["boss_runs"]
    assert row["note"] == "mine"


def test_failed_runs_without_an_id_are_known_again(
    services: Services, csv_file: WriteCsv, tmp_path: Path
) -> None:
    line = "Bob,Bera,Hard Lucid,2026-11-19,,no,,,out of time"
    path = csv_file(line, line)
    preview = services.transfer.preview(path)
    assert preview.count(RowState.NEW) == 2
    services.transfer.run(preview, tmp_path / "kept")
    assert services.transfer.preview(path).count(RowState.SAME) == 2


def test_removed_runs_and_characters_come_back_as_themselves(
    services: Services, lucid: str, tmp_path: Path
) -> None:
    before = live_rows(services)
    services.transfer.export(tmp_path / "a.json")
    services.characters.remove(services.characters.all()[0].id)
    services.transfer.run(services.transfer.preview(tmp_path / "a.json"), tmp_path / "kept")
    after = live_rows(services)
    assert [row["id"] for row in after["boss_runs"]] == [lucid]
    assert after["boss_run_drops"] == before["boss_run_drops"]
    assert [row["id"] for row in after["characters"]] == [row["id"] for row in before["characters"]]


def test_a_renamed_character_is_found_by_its_id(services: Services, lucid: str, tmp_path: Path) -> None:
    services.transfer.export(tmp_path / "a.json")
    aria = services.characters.all()[0]
    services.characters.change(aria.id, "Arya", aria.world, job=aria.job, level=281, is_main=True)
    preview = services.transfer.preview(tmp_path / "a.json")
    assert preview.count(RowState.SAME) == 1
    assert preview.new_characters == ()


def test_the_same_name_in_two_worlds(
    services: Services, make_character: Callable[..., str], csv_file: WriteCsv
) -> None:
    kronos, bera = make_character("Aria", "kronos"), make_character("Aria", "bera")
    preview = services.transfer.preview(
        csv_file(
            "ARIA,Bera,Hard Lucid,2026-11-19,,,,,",
            "aria,kronos,Hard Lucid,2026-11-19,,,,,",
            "Aria,Scania,Hard Lucid,2026-11-19,,,,,",
        )
    )
    assert [row.owner and row.owner.id for row in preview.rows[:2]] == [bera, kronos]
    assert [(c.name, c.world, c.is_main) for c in preview.new_characters] == [("Aria", "scania", False)]
