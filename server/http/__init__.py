"""What every request passes through: ids, logs, figures, headers, the cap on bodies, rate limits."""
