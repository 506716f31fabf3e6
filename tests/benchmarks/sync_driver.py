"""A desktop's sync in a process of its own: pushes what waits and pulls what is new, then says how that went.

Arguments: the database file, the server's address, an access token. Prints the seconds and the peak memory in MB.
"""

import json
import os
import sys
import time
from pathlib import Path

from desktop.storage.database import Database
from desktop.sync.client import SyncClient, Unreachable
from desktop.sync.round import sync_once
from desktop.sync.session import FixedToken
from desktop.sync.store import SyncStore
from shared.sync.wire import PullAnswer, PullRequest
from tests.benchmarks.hosting import peak_megabytes


class Watched(SyncClient):
    """Notes when the first pull began: what was before is the push."""

    begun = 0.0

    def pull(self, asked: PullRequest) -> PullAnswer:
        self.begun = self.begun or time.perf_counter()
        return super().pull(asked)


def main(path: str, address: str, token: str) -> None:
    """One round."""
    database = Database.open(Path(path), Path(path).parent / "backups")
    store, client = SyncStore(database), Watched(address, FixedToken(token))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    start, cpu = time.perf_counter(), time.process_time()
    try:
        sync_once(store, client)
    except Unreachable:
        sys.exit(1)
    told = {
        "push": client.begun - start,
        "pull": time.perf_counter() - client.begun,
        "cpu": time.process_time() - cpu,
        "peak": peak_megabytes(os.getpid()),
    }
    sys.stdout.write(json.dumps(told) + "\n")
    client.close()
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
