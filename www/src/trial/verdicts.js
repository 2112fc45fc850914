/**
 * What trials have decided, by device and workload. Measured speeds outlast the page where the
 * browser's storage allows it; failures do not, because the next visit may find a sound GPU.
 *
 * @typedef {import('../protocol.js').Backend} Backend
 * @typedef {import('../protocol.js').Notice} Notice
 * @typedef {{ backend: Backend, notice: Notice }} Verdict
 * @typedef {{ device: string, verdicts: Record<string, Verdict> }} Kept
 */

const key = 'ganvas-trials';
/** Of so many workloads the outcome is kept. */
const most = 24;

/** Of this page's life. @type {Map<string, Verdict>} */
const decided = new Map();

/** @param {string} device @param {string} workload @returns {Verdict | undefined} */
export function recall(device, workload) {
  const here = decided.get(`${device} ${workload}`);
  if (here) return here;
  const verdict = kept(device).verdicts[workload];
  if (!sound(verdict)) return undefined;
  const { backend, notice } = verdict;
  return { backend, notice: { ...notice, name: `${notice.name}_before` } };
}

/** @param {string} device @param {string} workload @param {Verdict} verdict */
export function remember(device, workload, verdict) {
  decided.set(`${device} ${workload}`, verdict);
  if (!measured.includes(verdict.notice.name)) return;
  const { [workload]: _, ...others } = kept(device).verdicts;
  const entries = [...Object.entries(others), [workload, verdict]].slice(-most);
  try {
    localStorage.setItem(key, JSON.stringify({ device, verdicts: Object.fromEntries(entries) }));
  } catch {
    // Denied or full: the next visit tries again.
  }
}

const measured = ['cpu_faster', 'webgpu_faster'];

/** Those of another device, or of another version of the browser, are forgotten. @param {string} device @returns {Kept} */
function kept(device) {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? '{}');
    if (found?.device === device && typeof found.verdicts === 'object' && found.verdicts) {
      return found;
    }
  } catch {
    // Denied, or written by somebody else.
  }
  return { device, verdicts: {} };
}

/** Whatever lies in storage. @param {Verdict | undefined} verdict @returns {verdict is Verdict} */
const sound = (verdict) =>
  (verdict?.backend === 'cpu' || verdict?.backend === 'webgpu') &&
  measured.includes(verdict.notice?.name);
