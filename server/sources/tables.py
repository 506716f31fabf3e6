"""What is kept of the hosts of rankings, so that several processes and one that died are polite together."""

from sqlalchemy import BigInteger, Column, String, Table

from server.database import Base, UtcInstant

source_hosts = Table(
    "source_hosts",
    Base.metadata,
    Column("host", String(200), primary_key=True),
    Column("next_at", UtcInstant, nullable=False),
    Column("failures", BigInteger, nullable=False),
    Column("open_until", UtcInstant, nullable=True),
)
"""next_at: when the host may next be asked. failures: in a row. open_until: nobody is to ask until then; the first
who asks later tries for all."""
