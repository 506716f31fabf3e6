"""Small things the app remembers: calculator inputs per character (synced) and this machine's own state."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select

from desktop.storage.changes import Changes
from desktop.storage.database import Database
from desktop.storage.tables import calculator_inputs, live, local_state
from desktop.storage.transaction import encode
from shared.ids import calculator_id

Inputs = Mapping[str, Any]


class Remembered:
    """Reads and writes remembered values. Nothing here belongs in the undo history."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def inputs(self, calculator: str, owner: str) -> dict[str, Any]:
        """The inputs this owner (a character id or `account`) last used; {} when there are none."""
        with self._database.read() as connection:
            found = connection.execute(
                select(calculator_inputs.c.inputs).where(
                    calculator_inputs.c.id == calculator_id(calculator, owner), live(calculator_inputs)
                )
            ).scalar()
        return {} if found is None else dict(json.loads(str(found)))

    def keep_inputs(self, calculator: str, owner: str, inputs: Inputs) -> Changes:
        """Remember these inputs."""
        with self._database.write() as writing:
            row_id = calculator_id(calculator, owner)
            text = encode(dict(inputs))
            if writing.tx.exists(calculator_inputs, row_id):
                writing.tx.update(calculator_inputs, row_id, inputs=text)
            else:
                writing.tx.insert(calculator_inputs, row_id, calculator=calculator, owner=owner, inputs=text)
        return writing.changes

    def get(self, key: str) -> Any:
        """A value of this machine; None when it was never set."""
        with self._database.read() as connection:
            found = connection.execute(select(local_state.c.value).where(local_state.c.key == key)).scalar()
        return None if found is None else json.loads(str(found))

    def set(self, key: str, value: object) -> None:
        """Keep a JSON-able value on this machine; it is not synced."""
        with self._database.write() as writing:
            connection = writing.tx.connection
            connection.execute(delete(local_state).where(local_state.c.key == key))
            connection.execute(insert(local_state).values(key=key, value=encode(value)))
