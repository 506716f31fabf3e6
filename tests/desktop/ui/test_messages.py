"""Every change a service can name has its sentence."""

import ast
from pathlib import Path

import pytest

import desktop
from desktop.storage.changes import Changes, Label
from desktop.ui.messages import known_keys, sentence, told

SERVICES = Path(desktop.__file__).parent / "services"


def keys_in_use() -> set[str]:
    """Every key-like text in the services: `subject.event`."""
    found = set()
    for file in SERVICES.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                subject, dot, event = node.value.partition(".")
                subjects = {"character", "plan", "run", "drop", "task", "import", "settings"}
                subjects |= {"coins", "shop", "cosmetic", "lootbox"}
                if dot and subject in subjects and event.replace("_", "").isalpha():
                    found.add(node.value)
    return found


def test_every_key_has_a_sentence_and_every_sentence_a_use() -> None:
    assert keys_in_use() == known_keys()


def test_one_and_many_read_well() -> None:
    assert sentence(Label("run.removed_many", {"count": 1})) == "Removed 1 run"
    assert sentence(Label("run.removed_many", {"count": 3})) == "Removed 3 runs"


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("do", "Hard Lucid cleared on Aria"),
        ("undo", "Undone: Hard Lucid cleared on Aria"),
        ("redo", "Done again: Hard Lucid cleared on Aria"),
    ],
)
def test_a_toast_says_what_happened(action: str, words: str) -> None:
    label = Label("run.cleared", {"boss": "Hard Lucid", "character": "Aria"})
    assert told(Changes(frozenset(), frozenset(), label, action=action)) == words


def test_nothing_to_undo_is_said() -> None:
    assert told(Changes(frozenset(), frozenset(), action="undo")) == "Nothing to undo"


def test_what_was_left_alone_is_said() -> None:
    label = Label("run.cleared", {"boss": "Hard Lucid", "character": "Aria"})
    assert "left alone" in told(Changes(frozenset(), frozenset(), label, action="undo", skipped=2))
