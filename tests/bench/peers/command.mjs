/** Programs among the contestants: how they are called here, and what they lack. */
import { spawnSync } from 'node:child_process';
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
