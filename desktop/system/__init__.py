"""The computer around the app: one instance, tray, autostart, log and crash reports."""
