/** What a template says, as plain text: no tags, no spaces, nested templates included. */
export function textOf(template) {
  if (Array.isArray(template)) return template.map(textOf).join('');
  if (template?.strings) {
    const { strings, values } = template;
    const markup = strings.reduce((all, part, at) => `${all}${textOf(values[at - 1])}${part}`);
    return markup.replaceAll('&#8289;', '').replace(/<[^>]*>|\s/g, '');
  }
  return typeof template === 'string' || typeof template === 'number' ? String(template) : '';
}
