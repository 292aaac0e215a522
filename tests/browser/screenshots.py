"""Take pictures of pages in both colour schemes, small and large.

Run with ``PYTHONPATH=tests/support``:
``python tests/browser/screenshots.py URL FOLDER PATH… [--login NAME:PASSWORD]``
"""

from __future__ import annotations

import argparse
import pathlib
import re
import sys

from chromium import open_browser

SIZES = {"390": (390, 844), "1280": (1280, 900)}


def take(url: str, folder: pathlib.Path, paths: list[str], login: str | None) -> None:
    """Save one picture for each page, size and scheme."""
    folder.mkdir(parents=True, exist_ok=True)
    with open_browser() as browser:
        for size, (width, height) in SIZES.items():
            for scheme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=scheme
                )
                page = context.new_page()
                page.on("console", lambda said: sys.stderr.write(f"console: {said.text}\n"))
                if login:
                    name, password = login.split(":", 1)
                    page.goto(f"{url}/user/login")
                    page.get_by_label("Name or e-mail").fill(name)
                    page.get_by_label("Password").fill(password)
                    page.get_by_role("main").get_by_role("button", name="Log in").click()
                for path in paths:
                    page.goto(url + path)
                    page.wait_for_load_state("networkidle")
                    wide = page.evaluate("document.documentElement.scrollWidth")
                    if wide > width:
                        sys.stderr.write(f"{path} at {size}: {wide} px wide\n")
                    label = re.sub(r"\W+", "-", path).strip("-") or "home"
                    page.screenshot(path=folder / f"{label}-{size}-{scheme}.png", full_page=True)
                context.close()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--login")
    options = parser.parse_args()
    take(options.url, options.folder, options.paths, options.login)


if __name__ == "__main__":
    main()
