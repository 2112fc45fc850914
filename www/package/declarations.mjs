/** Reading declarations, as far as the package needs it. */

/**
 * @typedef {object} Member
 * @property {string} name
 * @property {string} description
 * @property {string} type of a method: what it gives
 * @property {boolean} readonly
 * @property {{ name: string, optional: boolean, type: string }[] | undefined} parameters of a method
 */

/**
 * The members of an interface that have a comment of their own.
 *
 * @param {string} text the declarations
 * @param {string} name of the interface
 * @returns {Member[]}
 */
export function membersOf(text, name) {
  const start = `export interface ${name} `;
  const body = text.slice(text.indexOf('{\n', text.indexOf(start)) + 2).split(/^\}/m)[0];
  if (!text.includes(start)) throw new Error(`There is no interface ${name}.`);
  const member =
    /^ {2}\/\*\* (.+?)\.? \*\/\n {2}(readonly )?(\w+)([\s\S]+?);\n(?= {2}\/\*\*|\n|$)/gm;
  return [...body.matchAll(member)].map(([, description, readonly, name, rest]) => {
    const line = rest.replace(/\s+/g, ' ').replace(/\( | ?,? (?=\))/g, (it) => it.trim()[0] ?? '');
    const [, parameter, optional, taken, given] =
      /^\((?:(\w+)(\??): (.*?),?)?\): (.+)$/.exec(line) ?? [];
    const parameters = parameter
      ? [{ name: parameter, optional: optional === '?', type: taken.replace(/^\| /, '') }]
      : [];
    return {
      name,
      description,
      type: given ?? line.replace(/^: /, ''),
      readonly: readonly !== undefined,
      parameters: given ? parameters : undefined,
    };
  });
}

/**
 * Types alone, without the classes that wasm-bindgen declares after them: those are the worker's own,
 * and ask for newer standard types than a page may have.
 *
 * @param {string} text
 */
export function typesOf(text) {
  const own = /^(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?export (declare )?(class|function) /m.exec(text);
  return `${text.slice(0, own?.index).trimEnd()}\n`;
}
