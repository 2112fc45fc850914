/** Programs among the contestants: how they are called here, and what they lack. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/**
 * The command of a contestant that is a program: `PYTHON` and `THREADS` stand for what this
 * machine has.
 *
 * @param {string[]} program
 */
export const command = (program) =>
  program.map((word) => {
    if (word === 'PYTHON') return process.env.PYTHON || 'python3';
    return word === 'THREADS' ? String(availableParallelism()) : word;
  });

/**
 * What a program lacks on this machine, in words; nothing if it can run.
 *
 * @param {string[]} program
 * @param {string[]} modules of Python
 */
export function missing(program, modules) {
  const [python] = command(program);
  const lacks = modules.filter((name) => spawnSync(python, ['-c', `import ${name}`]).status !== 0);
  return lacks.length > 0 ? `${python} lacks ${lacks.join(' and ')}` : undefined;
}

/**
 * Whether the processor has some instructions; where nobody tells, it has none.
 *
 * @param {string} name as Linux has it
 */
export function hasInstructions(name) {
  try {
    const flags = readFileSync('/proc/cpuinfo', 'utf8').match(/^flags\s*:(.*)$/m)?.[1] ?? '';
    return flags.split(' ').includes(name);
  } catch {
    return false;
  }
}
