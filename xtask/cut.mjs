// node xtask/cut.mjs MODULE.wasm PATTERN...: empties the functions whose names match a pattern,
// a regular expression. A call of one traps. What only they called goes with them when wasm-opt
// comes to it. A pattern that matches nothing is an error: it has outlived what it was for.

import { readFile, writeFile } from 'node:fs/promises';
import binaryen from 'binaryen';

const [file, ...patterns] = process.argv.slice(2);
const unused = patterns.map((pattern) => ({ pattern, name: new RegExp(pattern), functions: 0 }));

// Names are kept: a trap tells what should not have been cut, until wasm-opt drops them.
binaryen.setDebugInfo(true);
const module = binaryen.readBinary(await readFile(file));
for (let index = 0; index < module.getNumFunctions(); index += 1) {
  const code = module.getFunctionByIndex(index);
  const { name, module: importedFrom } = binaryen.getFunctionInfo(code);
  const family = importedFrom ? undefined : unused.find((one) => one.name.test(name));
  if (family) {
    family.functions += 1;
    binaryen.Function.setBody(code, module.unreachable());
  }
}
const idle = unused.filter((one) => one.functions === 0);
if (idle.length > 0) {
  const names = idle.map((one) => one.pattern).join(', ');
  throw new Error(`nothing in ${file} has a name like ${names}`);
}
await writeFile(file, module.emitBinary());
module.dispose();
const functions = unused.reduce((sum, one) => sum + one.functions, 0);
console.log(`${functions} functions that nothing calls cut from ${file}`);
