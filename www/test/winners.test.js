/** What is remembered of trials, with and without the browser's storage. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { recall, remember } from '../src/trial/winners.js';

/** @type {Map<string, string>} */
const storage = new Map();
/** Each test has devices of its own: what a page's life remembers cannot be cleared. */
let device = '';
let devices = 0;

beforeEach(() => {
  storage.clear();
  devices += 1;
  device = `device ${devices}`;
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    value: {
      getItem: (key) => storage.get(key) ?? null,
      setItem: (key, value) => storage.set(key, value),
    },
  });
});

const winner = (name, backend = 'cpu') => ({ backend, notice: { name, params: { cpu: '2' } } });
const keptText = () => storage.get('ganvas-trials') ?? '';
/** What another page of the same site finds, which has only the storage. */
const laterVisit = async (at) => {
  const fresh = await import(`../src/trial/winners.js?visit=${at}`);
  return fresh.recall;
};

test('a speed outlasts the page, and is told as one of before', async () => {
  remember(device, 'small', winner('cpu_faster'));
  assert.equal(recall(device, 'small').notice.name, 'cpu_faster');
  const again = (await laterVisit(1))(device, 'small');
  assert.equal(again.backend, 'cpu');
  assert.deepEqual(again.notice, { name: 'cpu_faster_before', params: { cpu: '2' } });
  assert.equal((await laterVisit(2))(device, 'large'), undefined);
  assert.equal((await laterVisit(3))('another device', 'small'), undefined);
});

test('a failure is known for the life of a page alone', () => {
  remember(device, 'small', winner('cpu_trial_failed'));
  assert.equal(recall(device, 'small').notice.name, 'cpu_trial_failed');
  assert.equal(keptText(), '');
});

test('another device takes the place of the one before', async () => {
  remember(device, 'small', winner('cpu_faster'));
  remember(`${device}, newer browser`, 'small', winner('webgpu_faster', 'webgpu'));
  assert.equal((await laterVisit(4))(device, 'small'), undefined);
  const { backend } = (await laterVisit(5))(`${device}, newer browser`, 'small');
  assert.equal(backend, 'webgpu');
});

test('it does not grow without end', () => {
  for (let at = 0; at < 100; at += 1) remember(device, `size ${at}`, winner('cpu_faster'));
  const { winners } = JSON.parse(keptText());
  assert.equal(Object.keys(winners).length, 24);
  assert.ok('size 99' in winners);
});

test('what others wrote there, or nobody may read, does no harm', async () => {
  let at = 100;
  for (const text of ['', '{', 'null', '7', '[]', `{"device":"${device}"}`]) {
    storage.set('ganvas-trials', text);
    at += 1;
    assert.equal((await laterVisit(at))(device, 'small'), undefined, text);
  }
  for (const odd of [null, 7, {}, { backend: 'cpu' }, { backend: 'tpu', notice: {} }]) {
    storage.set('ganvas-trials', JSON.stringify({ device, winners: { small: odd } }));
    at += 1;
    assert.equal((await laterVisit(at))(device, 'small'), undefined, JSON.stringify(odd));
  }
  // The page of before kept them under another name.
  const former = { device, verdicts: { small: winner('cpu_faster') } };
  storage.set('ganvas-trials', JSON.stringify(former));
  assert.equal((await laterVisit(200))(device, 'small'), undefined);
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    get() {
      throw new Error('denied');
    },
  });
  assert.equal(recall(device, 'small'), undefined);
  remember(device, 'small', winner('cpu_faster'));
  assert.equal(recall(device, 'small').notice.name, 'cpu_faster');
});
