/** Reads a checkpoint, as far as the tests need it. */

/**
 * @param {Buffer} bytes
 * @returns {{ metadata: Record<string, string>, tensors: Map<string, Buffer> }}
 */
export function parse(bytes) {
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const { __metadata__: metadata, ...entries } = JSON.parse(bytes.subarray(8, start).toString());
  const tensors = Object.entries(entries).map(
    ([
      name,
      {
        data_offsets: [from, to],
      },
    ]) => {
      return /** @type {[string, Buffer]} */ ([name, bytes.subarray(start + from, start + to)]);
    },
  );
  return { metadata, tensors: new Map(tensors) };
}

/**
 * Saves the lab of a page.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} [button] pressed in the same moment: what it does first is in the file, and
 *   nothing that it does later
 */
export async function saved(page, button) {
  const base64 = await page.evaluate(async (selector) => {
    if (selector) window.lab.shadowRoot.querySelector(selector).click();
    const bytes = new Uint8Array(await (await window.lab.save()).arrayBuffer());
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  }, button);
  return Buffer.from(base64, 'base64');
}
