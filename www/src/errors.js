/**
 * What every failure looks like on this side: a stable code, a sentence for people and, when one
 * setting is to blame, its name. Workers cannot post `Error` objects with own properties reliably,
 * so the wire carries the plain form.
 *
 * @typedef {{ code: string, message: string, field?: string }} PlainError
 */

export class GanvasError extends Error {
  /**
   * @param {string} code one of the stable codes of docs/element.md
   * @param {string} message
   * @param {string} [field] the setting to blame
   */
  constructor(code, message, field) {
    super(message);
    this.name = 'GanvasError';
    this.code = code;
    this.field = field;
  }
}

/**
 * @param {unknown} error anything that was thrown
 * @returns {PlainError}
 */
export function toPlain(error) {
  if (error && typeof error === 'object') {
    const { code, message, field } = /** @type {Record<string, unknown>} */ (error);
    return {
      code: typeof code === 'string' ? code : 'internal',
      message: typeof message === 'string' && message ? message : String(error),
      field: typeof field === 'string' ? field : undefined,
    };
  }
  return { code: 'internal', message: String(error) };
}

/** @param {unknown} error */
export function toError(error) {
  if (error instanceof GanvasError) return error;
  const plain = toPlain(error);
  return new GanvasError(plain.code, plain.message, plain.field);
}

/**
 * What was asked for was given up: the element left the page, or the reader cancelled. Nothing is
 * wrong, so that it is told to whoever waits, and to nobody else.
 *
 * @param {string} message
 */
export const aborted = (message) => new GanvasError('aborted', message);
