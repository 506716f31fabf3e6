"""The PySide6 companion: storage, services, bridge, ui and system, joined in `desktop.bootstrap`."""
