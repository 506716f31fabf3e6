"""The command line. Nothing heavy is imported before the first frame is on the screen."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

DEMO_CHARACTERS = 8
_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run MapleHub; returns the exit status."""
    for name in ("stdout", "stderr"):
        # A windowed program on Windows has neither.
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 - as long as the process
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["verify"]:
        from desktop.verify import main as verify

        return verify(given[1:])
    options = _parser().parse_args(given)
    if options.self_test is not None:
        from desktop.self_test.run import self_test

        return self_test(options.self_test or None, str(options.data_dir or ""))
    if options.screenshots is not None:
        from desktop.screenshots import take_screenshots

        return take_screenshots(options.screenshots, options.theme, options.size)
    return _run(options)


def _run(options: argparse.Namespace) -> int:
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in _SCREENS):
        # Qt would end the process with a core dump.
        sys.stderr.write(
            "MapleHub needs a screen, and there is none here (neither DISPLAY nor WAYLAND_DISPLAY is set).\n"
            "Start it in a desktop session; --self-test and --screenshots work without one.\n"
        )
        return 2
    try:
        from PySide6.QtWidgets import QApplication
    except ImportError as error:
        # A bare Linux has no libEGL; pip cannot bring it.
        sys.stderr.write(
            f"Qt cannot be loaded: {error}.\n"
            "Install the missing system library; on Debian and Ubuntu: apt install libegl1 libgl1 libxkbcommon-x11-0"
            " libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libdbus-1-3\n"
        )
        return 2

    from desktop.bootstrap import App, Options
    from desktop.services.places import places

    application = QApplication(sys.argv[:1])
    application.setApplicationName("MapleHub")
    application.setDesktopFileName("maplehub")
    found = places(options.data_dir)
    if options.demo:
        found = places((options.data_dir or found.data) / "demo")
    try:
        instance = _first_instance(found.data, options)
    except OSError as error:
        sys.stderr.write(
            f"MapleHub cannot use the data folder {found.data}: {error.strerror or error}.\n"
            "Choose another one with --data-dir, or change its permissions.\n"
        )
        return 2
    if instance is None:
        return 0

    from desktop.system.crash import CrashWatch

    watch = CrashWatch(found.logs)
    watch.install()
    app = App(
        application,
        Options(
            places=found,
            theme=options.theme,
            size=options.size,
            demo_characters=options.characters if options.demo else None,
            background_only=options.background,
        ),
    )
    app.watch(instance, watch)
    app.start()
    try:
        return application.exec()
    finally:
        app.close()
        instance.close()
        watch.uninstall()


def _first_instance(data: Path, options: argparse.Namespace):  # type: ignore[no-untyped-def]
    from desktop.system.single_instance import Role, SingleInstance

    instance = SingleInstance(data)
    role = instance.start("log-run" if options.log_run else "raise")
    if role is Role.FIRST:
        return instance
    if role is Role.UNANSWERED:
        sys.stderr.write("MapleHub is already running with this data folder, but does not answer.\n")
    return None


class _Version(argparse.Action):
    """Reads the version when it is asked for: the package metadata takes as long as a third of the first frame."""

    def __init__(self, option_strings: Sequence[str], dest: str, **options: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, **options)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        sys.stdout.write(f"MapleHub {version('maplehub')}\n")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="maplehub",
        description="The companion MapleStory players keep open all week.",
        epilog="maplehub verify PROOF checks the proof of a contest's draw; maplehub verify --help says more.",
    )
    parser.add_argument("--version", action=_Version, help="show the version and exit")
    parser.add_argument("--demo", action="store_true", help="look around with a year of made-up data")
    parser.add_argument(
        "--characters",
        type=_count,
        default=DEMO_CHARACTERS,
        metavar="N",
        help="characters in the demo (1-24)",
    )
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="keep everything in this folder")
    parser.add_argument("--theme", choices=("dark", "light", "high-contrast"), help="override the theme")
    parser.add_argument("--size", type=_size, metavar="WxH", help="size of the window, for example 1280x800")
    parser.add_argument("--background", action="store_true", help="start in the tray")
    parser.add_argument("--log-run", action="store_true", help="open the log dialog of the running MapleHub")
    parser.add_argument(
        "--screenshots",
        type=Path,
        metavar="DIR",
        help="draw every page with demo data into this folder and exit",
    )
    parser.add_argument(
        "--self-test",
        nargs="?",
        const="",
        metavar="STEP",
        help="open every page without a screen, do the main job by keyboard and exit",
    )
    return parser


def _size(text: str) -> tuple[int, int]:
    width, found, height = text.lower().partition("x")
    if not (
        found and width.isdigit() and height.isdigit() and 640 <= int(width) <= 7680 and int(height) >= 480
    ):
        raise argparse.ArgumentTypeError("write it like 1280x800")
    return int(width), int(height)


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 24:
        raise argparse.ArgumentTypeError("between 1 and 24")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
