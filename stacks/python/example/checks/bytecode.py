"""Every module of the standard library has bytecode of its very source, which Python takes without a look at that."""

import importlib.util
import pathlib
import sysconfig

# PEP 552: a hash follows, and is not checked
UNCHECKED = (0b01).to_bytes(4, "little")


def is_compiled(source: pathlib.Path) -> bool:
    cache = pathlib.Path(importlib.util.cache_from_source(source))
    header = importlib.util.MAGIC_NUMBER + UNCHECKED + importlib.util.source_hash(source.read_bytes())
    return cache.exists() and cache.read_bytes().startswith(header)


sources = list(pathlib.Path(sysconfig.get_path("stdlib")).rglob("*.py"))
print(len(sources) > 500, [str(source) for source in sources if not is_compiled(source)])
