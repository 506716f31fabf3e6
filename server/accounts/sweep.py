"""Clearing away what is over."""

from datetime import timedelta

from server.accounts import service
from server.jobs.service import Job

SWEEP = Job("accounts.sweep", timedelta(hours=6), service.sweep)
