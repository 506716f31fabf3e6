"""What lies between the windows and the rest is tested with what a page is given."""

from tests.desktop.ui.conftest import context, settle, shell, themed  # noqa: F401 - fixtures
