"""Parts of sync that both sides share. So far: the clock that stamps every change."""
