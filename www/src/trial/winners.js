/**
 * What trials have decided, by device and workload. Measured speeds outlast the page where the
 * browser's storage allows it; failures do not, because the next visit may find a sound GPU.
 *
 * @typedef {import('../protocol.js').Backend} Backend
 * @typedef {import('../protocol.js').Notice} Notice
 * @typedef {{ backend: Backend, notice: Notice }} Winner
 * @typedef {{ device: string, winners: Record<string, Winner> }} Kept
 */

const key = 'ganvas-trials';
/** Of so many workloads the outcome is kept. */
const most = 24;

/** Of this page's life. @type {Map<string, Winner>} */
const decided = new Map();

/** @param {string} device @param {string} workload @returns {Winner | undefined} */
export function recall(device, workload) {
  const here = decided.get(`${device} ${workload}`);
  if (here) return here;
  const winner = kept(device).winners[workload];
  if (!sound(winner)) return undefined;
  const { backend, notice } = winner;
  return { backend, notice: { ...notice, name: `${notice.name}_before` } };
}

/** @param {string} device @param {string} workload @param {Winner} winner */
export function remember(device, workload, winner) {
  decided.set(`${device} ${workload}`, winner);
  if (!measured.includes(winner.notice.name)) return;
  const { [workload]: _, ...others } = kept(device).winners;
  const entries = [...Object.entries(others), [workload, winner]].slice(-most);
  try {
    localStorage.setItem(key, JSON.stringify({ device, winners: Object.fromEntries(entries) }));
  } catch {
    // Denied or full: the next visit tries again.
  }
}

const measured = ['cpu_faster', 'webgpu_faster'];

/** Those of another device, or of another version of the browser, are forgotten. @param {string} device @returns {Kept} */
function kept(device) {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? '{}');
    if (found?.device === device && typeof found.winners === 'object' && found.winners) {
      return found;
    }
  } catch {
    // Denied, or written by somebody else.
  }
  return { device, winners: {} };
}

/** Whatever lies in storage. @param {Winner | undefined} winner @returns {winner is Winner} */
const sound = (winner) =>
  (winner?.backend === 'cpu' || winner?.backend === 'webgpu') &&
  measured.includes(winner.notice?.name);
