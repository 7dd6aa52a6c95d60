"""Every module of the standard library, those of its packages too, can be imported."""

import importlib
import pkgutil
import sys

# what Debian has in other packages
ELSEWHERE = {
    *("_gdbm", "_tkinter", "dbm.gnu", "distutils", "ensurepip", "idlelib", "lib2to3"),
    *("tkinter", "turtle", "turtledemo"),
}
# what belongs to other systems
FOREIGN = {
    *("_ios_support", "_msi", "_overlapped", "_scproxy", "_winapi", "_wmi", "msilib", "msvcrt", "nt"),
    *("winreg", "winsound"),
    *("_pyrepl.windows_console", "asyncio.windows_events", "asyncio.windows_utils", "encodings.mbcs", "encodings.oem"),
    "multiprocessing.popen_spawn_win32",
}
# what opens a browser, prints a poem, or stands in for curses where that is not there
ODD = {"antigravity", "this", "_pyrepl._minimal_curses"}
SKIPPED = ELSEWHERE | FOREIGN | ODD


def load(name: str) -> int:
    """Imports a module with all below it, and says how many they are."""
    if name in SKIPPED or name.endswith(".__main__"):
        return 0
    folders = getattr(importlib.import_module(name), "__path__", [])
    return 1 + sum(load(module.name) for module in pkgutil.iter_modules(folders, f"{name}."))


print(sum(map(load, sorted(sys.stdlib_module_names))) > 500)
