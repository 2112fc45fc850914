/** A template as markup, nested templates included. */
export function markupOf(template) {
  if (Array.isArray(template)) return template.map(markupOf).join('');
  if (template?.strings) {
    const { strings, values } = template;
    return strings.reduce((all, part, at) => `${all}${markupOf(values[at - 1])}${part}`);
  }
  return typeof template === 'string' || typeof template === 'number' ? String(template) : '';
}

/** What a template says, as plain text: no tags, no spaces. */
export const textOf = (template) =>
  markupOf(template)
    .replaceAll('&#8289;', '')
    .replace(/<[^>]*>|\s/g, '');
