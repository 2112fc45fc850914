/**
 * The last snapshots of labs, kept in the browser's storage, so that a reload loses nothing. Where
 * storage is denied or full (sandboxed frames, private windows) nothing is kept, and nothing fails.
 * A chunk of its own, for when the facade stands.
 *
 * A run is kept by the page, the lab's place on it, what the page asked for, what runs, and the tab:
 * one of them alone is shared by labs that have nothing to do with each other. A reader's own data may
 * be large: they lie beside it and are written once, not with every snapshot.
 *
 * @typedef {object} Run
 * @property {number} step
 * @property {Uint8Array} bytes a checkpoint
 * @property {Experiment} experiment
 * @property {DatasetFiles} [files] the reader's own data; where they are gone the run goes on with
 *   others, and says so
 * @property {string} [own] the name under which they lie; earlier ones lie in the run itself
 *
 * @typedef {import('./protocol.js').DatasetFiles} DatasetFiles
 * @typedef {import('./protocol.js').Experiment} Experiment
 * What was asked for, and what runs, are experiments as text; the last is the time.
 * @typedef {[page: string, place: string, asked: string, runs: string, tab: string, time: number]} Key
 * @typedef {[page: string, place: string, asked: string, tab: string, own: string]} FilesKey
 */
import { inUse } from './settings/experiment.js';
import { inTime } from './waiting.js';

/** So many are kept; then the oldest are given up. */
const most = 8;
/** A storage that says nothing for so long keeps nobody waiting, in milliseconds. */
const patience = 5000;

/** @type {WeakMap<Element, Shelf>} */
const shelves = new WeakMap();
/** Under which name data lie. @type {WeakMap<DatasetFiles, string>} */
const names = new WeakMap();

/** Where the runs of a lab are kept. @param {Element} lab */
export function shelfOf(lab) {
  const shelf = shelves.get(lab) ?? new Shelf(lab);
  shelves.set(lab, shelf);
  return shelf;
}

export class Shelf {
  #place = '';
  #asked = '';
  /** By which the run of this lab is kept. @type {IDBValidKey | undefined} */
  #mine;
  /** The run that was found. @type {IDBValidKey | undefined} */
  #found;
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();

  /** @param {Element} lab */
  constructor(lab) {
    this.lab = lab;
  }

  /**
   * The run that a lab may go on with: of this tab if there is one, or else the latest.
   *
   * @param {string} place among the page's labs
   * @param {Experiment} asked
   * @returns {Promise<Run | undefined>}
   */
  async recall(place, asked) {
    this.#place = place;
    this.#asked = textOf(asked);
    const ofAddress = this.lab.hasAttribute('from-url');
    const page = pageOf(this.lab);
    const tab = tabOf();
    const finding = inStore('readonly', async (runs) => {
      const keys = (await settled(runs.getAllKeys()))
        .filter(isKey)
        .filter((key) => key[0] === page && key[1] === place)
        // An address names an experiment: another one is not what its reader came for. That of a
        // frame is the author's, and does not follow what the reader runs.
        .filter(
          (key) => fits(key[3], asked) || ((!ofAddress || framed(this.lab)) && fits(key[2], asked)),
        )
        .sort((a, b) => Number(b[4] === tab) - Number(a[4] === tab) || b[5] - a[5]);
      // From before there were such keys.
      const old = `${location.pathname}#${place}`;
      for (const key of [...keys, old]) {
        /** @type {Run | undefined} */
        const run = await settled(runs.get(key));
        const other = key === old && ofAddress && !fits(textOf(run?.experiment ?? {}), asked);
        if (run?.own && isKey(key)) {
          run.files = await settled(runs.get(filesKeyOf(key, run.own)));
          if (run.files) names.set(run.files, run.own);
        }
        if (run && !other) return { key, run };
      }
      return undefined;
    });
    const found = await inTime('indexedDB', () => finding, { stall: patience });
    this.#found = found?.key;
    return found?.run;
  }

  /** The lab goes on with the run that was found: it is its own from here on. */
  take() {
    this.#mine = this.#found;
  }

  /** @param {Run} run */
  keep({ files, ...run }) {
    const own = files && nameOf(files);
    const { lab } = this;
    const runs = textOf(run.experiment);
    /** @type {Key} */
    const key = [pageOf(lab), this.#place, this.#asked, runs, tabOf(), Date.now()];
    const past = this.#mine;
    // One that was offered and has a key of the old kind has had its turn.
    const offered = typeof this.#found === 'string' ? this.#found : undefined;
    this.#mine = key;
    const superseded = (/** @type {IDBValidKey} */ other) =>
      same(other, past) ||
      same(other, offered) ||
      (isKey(other) && [0, 1, 2, 4].every((at) => other[at] === key[at]));
    return this.#inTurn(async () => {
      for (const room of [most, most / 2]) {
        try {
          await makeRoom(room - 1, superseded);
          return await inStore('readwrite', async (store) => {
            const others = await settled(store.getAllKeys());
            for (const old of others.filter(superseded)) store.delete(old);
            const place = filesKeyOf(key, own ?? '');
            if (files && !others.some((other) => same(other, place))) store.put(files, place);
            store.put({ ...run, own }, key);
            await dropFiles(store, place);
          });
        } catch (error) {
          if (/** @type {Error | null} */ (error)?.name !== 'QuotaExceededError') throw error;
        }
      }
    });
  }

  /** The run that was found is of no use. */
  refuse() {
    this.take();
    return this.drop();
  }

  /** Gives up the run of this lab, and no other. */
  drop() {
    const key = this.#mine;
    this.#mine = undefined;
    return this.#inTurn(async () => {
      if (key === undefined) return;
      await inStore('readwrite', async (store) => {
        store.delete(key);
        await dropFiles(store);
      });
    });
  }

  /** What is given up shall not come after all. @param {() => Promise<unknown>} work */
  #inTurn(work) {
    this.#last = this.#last.then(work).catch(() => {});
    return this.#last;
  }
}

/**
 * @param {number} room for so many others
 * @param {(key: IDBValidKey) => boolean} goes anyway
 */
const makeRoom = (room, goes) =>
  inStore('readwrite', async (store) => {
    const keys = await settled(store.getAllKeys());
    const others = keys
      .filter((key) => !isFilesKey(key) && !goes(key))
      .sort((a, b) => timeOf(b) - timeOf(a));
    for (const old of others.slice(room)) store.delete(old);
    await dropFiles(store);
  });

/**
 * Data that no run has any more go.
 *
 * @param {IDBObjectStore} store
 * @param {FilesKey} [mine] of a run, in the place of all that it had before
 */
async function dropFiles(store, mine) {
  const keys = await settled(store.getAllKeys());
  const runs = keys.filter(isKey);
  for (const key of keys.filter(isFilesKey)) {
    const sameRun = (/** @type {FilesKey} */ other) =>
      [0, 1, 2, 3].every((at) => other[at] === key[at]);
    const kept = runs.some((run) => sameRun(filesKeyOf(run, '')));
    if (!kept || (mine && sameRun(mine) && mine[4] !== key[4])) store.delete(key);
  }
}

/** @param {DatasetFiles} files */
function nameOf(files) {
  const name = names.get(files) ?? Math.random().toString(36).slice(2);
  names.set(files, name);
  return name;
}

/** @param {Key} key of a run @param {string} own @returns {FilesKey} */
const filesKeyOf = ([page, place, asked, , tab], own) => [page, place, asked, tab, own];

/** @param {IDBValidKey} key @returns {key is FilesKey & IDBValidKey} */
const isFilesKey = (key) => Array.isArray(key) && key.length === 5;

/** @param {IDBValidKey} one @param {IDBValidKey | undefined} other */
const same = (one, other) => other !== undefined && indexedDB.cmp(one, other) === 0;

/** @param {IDBValidKey} key @returns {key is Key & IDBValidKey} */
const isKey = (key) => Array.isArray(key) && key.length === 6;

/** @param {IDBValidKey} key */
const timeOf = (key) => (isKey(key) ? key[5] : 0);

/** @param {Experiment} experiment */
const textOf = (experiment) => JSON.stringify(inUse(experiment));

/**
 * Whether an experiment is another, as text: settings that there were not yet do not count.
 *
 * @param {string} text
 * @param {Experiment} experiment
 */
const fits = (text, experiment) =>
  Object.entries(JSON.parse(text)).every(([name, value]) => experiment[name] === value);

/** @param {Element} lab */
const framed = (lab) => lab.hasAttribute('framed') && window.parent !== window;

/**
 * All frames with embed.html have one path: what is around them tells them apart, and the name that
 * a page may give to a frame. Of an address' hash a route is part of the page, a heading is not.
 *
 * @param {Element} lab
 */
function pageOf(lab) {
  const { pathname, hash } = location;
  if (!framed(lab)) return /^#!?\//.test(hash) ? `${pathname}${hash}` : pathname;
  return [pathname, document.referrer.replace(/[?#].*/, ''), window.name].join(' ');
}

/** A name that a tab keeps over reloads, as long as it is open. */
function tabOf() {
  const name = 'ganvas-tab';
  try {
    const known = sessionStorage.getItem(name);
    if (known) return known;
    const made = Math.random().toString(36).slice(2);
    sessionStorage.setItem(name, made);
    return made;
  } catch {
    return '';
  }
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(runs: IDBObjectStore) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function inStore(mode, work) {
  const name = 'runs';
  const opening = indexedDB.open('ganvas', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(name);
  const database = await settled(opening);
  try {
    const transaction = database.transaction(name, mode);
    /** @type {Promise<void>} */
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    const [outcome] = await Promise.all([work(transaction.objectStore(name)), done]);
    return outcome;
  } finally {
    database.close();
  }
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
