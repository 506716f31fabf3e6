"""Rankings of games, as far as the server asks them: shapes as recorded, and every way in which they fail.

Sources: see `server/sources/nexon.py` and `server/sources/osrs.py`.
"""

from tests.stand_ins.rankings.nexon import Character, Nexon
from tests.stand_ins.rankings.osrs import Hiscores, Player
from tests.stand_ins.rankings.site import Fault, build

__all__ = ["Character", "Fault", "Hiscores", "Nexon", "Player", "build"]
