/**
 * Where a page demands Trusted Types, a worker's address must come from a policy. Ours passes on
 * what it is given: worker-thread.js alone calls it, with the address of worker.js, and with that of
 * a blob whose one line imports it.
 *
 * @typedef {{ createScriptURL: (url: string) => string }} Policy
 */

/** @type {Policy | undefined} */
let policy;

/**
 * @param {string} url
 * @returns {string}
 */
export function trustedScript(url) {
  const { trustedTypes } = /** @type {{ trustedTypes?: TrustedTypes }} */ (
    /** @type {unknown} */ (globalThis)
  );
  if (!trustedTypes) return url;
  policy ??= trustedTypes.createPolicy('ganvas', { createScriptURL: (text) => text });
  return policy.createScriptURL(url);
}

/** @typedef {{ createPolicy: (name: string, rules: Policy) => Policy }} TrustedTypes */
