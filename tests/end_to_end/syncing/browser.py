"""The player's browser: opens the link it is given and says yes. `python -m tests.end_to_end.syncing.browser LINK`."""

import sys

from tests.end_to_end.chromium import chromium, profile


def main() -> None:
    with chromium() as browser, profile(browser) as person:
        page = person.new_page()
        page.goto(sys.argv[1])
        # Who has said yes before is not asked again.
        ask = page.get_by_role("button", name="Authorize")
        done = page.get_by_text("You are signed in")
        ask.or_(done).first.wait_for()
        if ask.is_visible():
            ask.click()
        done.first.wait_for()


if __name__ == "__main__":
    main()
