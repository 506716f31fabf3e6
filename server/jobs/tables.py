"""When each job was last done."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcInstant


class JobRun(Base):
    """A job's last completion. Whoever holds its row does the job."""

    __tablename__ = "jobs"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    done_at: Mapped[datetime | None] = mapped_column(UtcInstant)
