"""What goes over the wire, one file per topic: pydantic models both sides use."""
