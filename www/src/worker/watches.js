/**
 * Views of the run that the page has asked for and that are kept up to date: while it trains, as
 * often as each view's budget allows and that of all together; else once after each change. What
 * nobody watches costs nothing.
 */
import { Budgeted } from '../budget.js';

/**
 * @typedef {import('./engine.js').Session} Session
 * @typedef {import('./engine.js').Engine} Engine
 * @typedef {Record<string, any>} Options of a watch, by its view
 *
 * @typedef {object} Scene what a view can look at
 * @property {Session} session
 * @property {Engine} engine
 * @property {number} step
 * @property {boolean} training it goes on as soon as this look is over
 * @property {(work: () => void) => Promise<unknown>} prepare has pipelines compiled side by side that
 *   `work` creates without computing anything
 *
 * @typedef {{ value: unknown, transfer?: Transferable[], old?: boolean }} Sight `old` is what shows an
 *   earlier moment of the run: a run that stops right now is to be looked at again
 *
 * @typedef {{ unfinished: true }} Unfinished it takes more parts until there is something to be seen
 *
 * @typedef {{ error: unknown }} Failure the view waits for its next turn
 *
 * @typedef {object} View
 * @property {number} everyMs at most so often
 * @property {number} share and for at most this share of the time
 * @property {(scene: Scene, options: Options) => Promise<Sight | Unfinished | undefined>} look nothing
 *   where there is nothing to be seen yet
 * @property {(session: Session) => void} [leave] nobody watches it any longer
 *
 * @typedef {{ options: Options, budget: Budgeted, stale: boolean }} Watch
 */

/** All views together take at most this share of the time. */
export const shareOfAll = 0.09;

export class Watches {
  /** @type {Map<string, Watch>} */
  #watches = new Map();
  /** Views that were left and do not know it yet. @type {Set<string>} */
  #left = new Set();
  #all = new Budgeted(0, shareOfAll);

  /** @param {Record<string, View>} views by name */
  constructor(views) {
    this.views = views;
  }

  /**
   * @param {string} what the view's name; of one that this worker does not have, nothing is seen
   * @param {Options | null} options null ends the watch
   */
  set(what, options) {
    const view = Object.hasOwn(this.views, what) ? this.views[what] : undefined;
    if (!view) return;
    if (options === null) {
      // A look may be going on, so that it is told between two of them.
      if (this.#watches.delete(what) && view.leave) this.#left.add(what);
      return;
    }
    const budget = this.#watches.get(what)?.budget ?? new Budgeted(view.everyMs, view.share);
    this.#watches.set(what, { options, budget, stale: true });
  }

  /** Something has changed that all views show. */
  outdate() {
    for (const watch of this.#watches.values()) watch.stale = true;
  }

  /** Some view shows what is no longer so, or does not know that it was left. */
  get stale() {
    return this.#left.size > 0 || [...this.#watches.values()].some((watch) => watch.stale);
  }

  /** Milliseconds until the next view is due, 0 and less when one is; Infinity without any. */
  get wait() {
    const next = Math.min(...[...this.#watches.values()].map(({ budget }) => budget.wait));
    return Math.max(next, this.#all.wait);
  }

  /**
   * @param {Scene} scene
   * @param {boolean} training then budgets hold; else what is stale is looked at now
   * @returns {AsyncGenerator<(Sight | Failure) & { what: string }>}
   */
  async *look(scene, training) {
    for (const what of this.#left) this.views[what].leave?.(scene.session);
    this.#left.clear();
    // Whose turn is the longest overdue comes first, so that none keeps another from its own.
    const turns = [...this.#watches].sort(([, a], [, b]) => a.budget.wait - b.budget.wait);
    for (const [what, watch] of turns) {
      if (!watch.stale || (training && !(watch.budget.due && this.#all.due))) continue;
      watch.stale = false;
      const look = () => this.views[what].look(scene, watch.options);
      const sight = await this.#all.run(() => watch.budget.run(look)).catch((error) => ({ error }));
      if (sight && 'error' in sight) {
        yield { what, ...sight };
      } else if (sight && 'unfinished' in sight) {
        watch.stale = true;
        watch.budget.hasten();
      } else if (sight) {
        const { old = false, ...seen } = sight;
        watch.stale = old;
        yield { what, ...seen };
      }
    }
  }
}
