"""The compiler loads where nothing but the standard library is: that is how a browser gets it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).parents[3] / "src" / "madang"
PROGRAM = """
import sys, types
sys.path[:] = [path for path in sys.path if "site-packages" not in path]
package = types.ModuleType("madang")
package.__path__ = [sys.argv[1]]
sys.modules["madang"] = package
from madang.swl.compiler import compile_source
from madang.swl.emit.mermaid import mermaid_of
from madang.swl.emit.program import emit
found = compile_source("def run(x: int) -> int:\\n    return x + 1\\n", {})
emit(found), mermaid_of(found.program)
foreign = {name.split(".")[0] for name in sys.modules} - set(sys.stdlib_module_names) - {"madang", "__main__"}
print(sorted(name for name in foreign if not name.startswith("_")), "asyncio" in sys.modules)
"""


def test_the_compiler_needs_the_standard_library_alone_and_no_event_loop() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", PROGRAM, str(SOURCES)], capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("[] False", "")
