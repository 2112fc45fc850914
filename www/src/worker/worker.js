/** The worker's entry: receives messages, runs the loop, and dies aloud. */
import { build } from '../build.js';
import { Driver } from './driver.js';
import { Inbox, macrotask } from './inbox.js';
import { promptMaps } from './prompt-maps.js';
import { help } from './threads.js';

/**
 * @typedef {import('../protocol.js').ToWorker} ToWorker
 * @typedef {import('../protocol.js').Request} Request
 * @typedef {import('../protocol.js').FromWorker} FromWorker
 */

/** A worker is a message port to its page; the DOM types do not know that. */
const scope = /** @type {Worker} */ (/** @type {unknown} */ (globalThis));

/** @type {Inbox<Request>} */
const inbox = new Inbox();
const driver = new Driver((message, transfer = []) => scope.postMessage(message, transfer));

scope.addEventListener('message', (event) => {
  const message = /** @type {ToWorker} */ (event.data);
  // Orders take effect at once; they touch no session.
  if (message.type === 'hold') driver.hold(message.held);
  else if (message.type === 'speed') driver.limit = message.limit;
  else if (message.type === 'watch') driver.watch(message.what, message.options);
  else if (message.type === 'help')
    return help(message, () => scope.postMessage({ type: 'helping' }));
  else if (message.type === 'ping') return scope.postMessage({ type: 'pong' });
  else return inbox.put(message);
  inbox.nudge();
});

async function loop() {
  for (;;) {
    for (let request = inbox.take(); request; request = inbox.take()) await driver.answer(request);
    if (driver.outdated && !driver.training) {
      await driver.look();
      // It may have been a part: who has asked for something meanwhile comes first.
      await macrotask();
    } else if (!driver.training) await inbox.arrival();
    else if (driver.wait > 0) await inbox.arrival(driver.wait);
    else await driver.slice();
  }
}

// A trap in the midst of a step rejects no promise: nobody would hear of it but as a script's error.
scope.addEventListener('error', ({ error }) => {
  if (error && driver.computes) scope.postMessage(driver.obituary(error));
});

promptMaps();
scope.postMessage(/** @type {FromWorker} */ ({ type: 'hello', build }));
loop().catch((error) => scope.postMessage(driver.obituary(error)));
