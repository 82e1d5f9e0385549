// Runs `digests.py`'s work in Pyodide: node pyodide_outcomes.mjs SOURCES GOLDEN FIRST COUNT; prints JSON.
import fs from "node:fs";
import path from "node:path";
import { loadPyodide } from "pyodide";

const [sources, golden, first, count] = process.argv.slice(2);
const python = await loadPyodide();

function copy(from, to) {
  python.FS.mkdirTree(to);
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory() && entry.name !== "__pycache__") {
      copy(path.join(from, entry.name), `${to}/${entry.name}`);
    } else if (entry.name.endsWith(".py")) {
      python.FS.writeFile(`${to}/${entry.name}`, fs.readFileSync(path.join(from, entry.name)));
    }
  }
}

copy(path.join(sources, "madang", "kit"), "/compiler/madang/kit");
copy(path.join(sources, "madang", "swl", "syntax"), "/compiler/madang/swl/syntax");
for (const name of ["__init__.py", "text.py", "diagnostics.py"]) {
  python.FS.writeFile(`/compiler/madang/swl/${name}`, fs.readFileSync(path.join(sources, "madang", "swl", name)));
}
for (const name of ["cases.py", "hostile.py", "programs.py", "outcome.py", "digests.py"]) {
  python.FS.writeFile(`/compiler/${name}`, fs.readFileSync(path.join(golden, name)));
}
python.FS.writeFile("/compiler/madang/__init__.py", "");
python.runPython(`
import sys
sys.path.insert(0, "/compiler")
import digests
`);
process.stdout.write(python.runPython(`digests.answer(${Number(first)}, ${Number(count)})`));
