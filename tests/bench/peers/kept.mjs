/** Sizes of an earlier run: which of them may stand beside those of a new one. */
import { isDeepStrictEqual } from 'node:util';

/** What must be the same, because the report tells it once for all sizes. */
const shared = ['versions', 'adapter', 'hardware', 'isolated'];
/** What the report tells of each. */
const own = ['width', 'batch_size', 'rounds', 'rows', 'machine'];
const ofMachine = ['date', 'browser', 'processor', 'cores', 'used_before', 'used_before_turns'];

/**
 * The old sizes that were not measured again, without those that do not fit to the new ones.
 *
 * @param {Record<string, any>} old
 * @param {Record<string, any>} fresh at least one
 * @param {(message: string) => void} tell
 */
export function kept(old, fresh, tell) {
  const [now] = Object.values(fresh);
  const entries = Object.entries(old).filter(([size, result]) => {
    if (fresh[size]) return false;
    const reason = misfit(result, now);
    if (reason) tell(`The earlier ${size} is dropped: ${reason}.`);
    return !reason;
  });
  return Object.fromEntries(entries);
}

function misfit(result, now) {
  const missing =
    own.find((name) => result[name] === undefined) ??
    ofMachine.find((name) => result.machine[name] === undefined);
  if (missing) return `it lacks ${missing}`;
  const other = shared.filter((name) => !isDeepStrictEqual(result[name], now[name]));
  if (other.length > 0) return `measured with other ${other.join(' and ')}`;
  return undefined;
}
