"""Characters: listed, made, changed, removed."""
