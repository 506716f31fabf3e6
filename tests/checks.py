"""`uv run check`: what CI runs besides the tests. Every check runs, so that one look shows all there is to mend."""

import subprocess
import sys

CHECKS = (
    ("lint", ["ruff", "check"]),
    ("format", ["ruff", "format", "--check"]),
    ("types", ["mypy"]),
    ("import contracts", ["lint-imports", "--no-cache"]),
)


def main() -> int:
    """Run every check; the number of those that failed is the exit status."""
    failed = []
    for name, command in CHECKS:
        sys.stdout.write(f"== {name}: {' '.join(command)}\n")
        sys.stdout.flush()
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
    sys.stdout.write(f"Failed: {', '.join(failed)}\n" if failed else "All checks passed.\n")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
