/** The page that measures: its address, its browsers, and the file of known devices. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { browserOf, gpuName } from '../src/bench/device.js';
import { cpuModuleOf, measuredRate } from '../src/bench/entries.js';
import { planOf, usualSizes } from '../src/bench/plan.js';
import { together } from '../src/bench/roofline.js';
import { error_codes } from '../src/generated/model-traits.js';

test('without parameters the usual sizes are measured on both backends', () => {
  const { plan, refused } = planOf('');
  assert.deepEqual(plan, {
    sizes: usualSizes,
    backends: ['cpu', 'webgpu'],
    seconds: 4,
    kernels: true,
  });
  assert.deepEqual(refused, []);
});

test('an address may ask for others', () => {
  const { plan } = planOf('?sizes=2x4,16x32&backends=webgpu&seconds=0.5&kernels=off');
  assert.deepEqual(plan, {
    sizes: [
      { width: 2, batch_size: 4 },
      { width: 16, batch_size: 32 },
    ],
    backends: ['webgpu'],
    seconds: 0.5,
    kernels: false,
  });
});

test('what cannot be read is named, and leaves the rest', () => {
  const refused = (query) => planOf(query).refused;
  for (const sizes of ['', 'x', '16', '0x4', '16x0', '9999x4', '16x32,', Array(13).fill('2x4')]) {
    assert.deepEqual(refused(`sizes=${sizes}`), ['sizes'], `${sizes}`);
  }
  for (const backends of ['', 'gpu', 'cpu,gpu', 'cpu,cpu']) {
    assert.deepEqual(refused(`backends=${backends}`), ['backends'], backends);
  }
  for (const seconds of ['', '0', '-1', 'NaN', '61', '1e9', 'x']) {
    assert.deepEqual(refused(`seconds=${seconds}`), ['seconds'], seconds);
  }
  for (const kernels of ['', 'yes', '0']) {
    assert.deepEqual(refused(`kernels=${kernels}`), ['kernels'], kernels);
  }
  const { plan } = planOf('sizes=x&backends=cpu');
  assert.deepEqual([plan.sizes, plan.backends], [usualSizes, ['cpu']]);
});

test('browsers are known by what they call themselves', () => {
  const engine = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)';
  assert.equal(browserOf(`${engine} Chrome/156.0.0.0 Safari/537.36`), 'Chrome 156');
  assert.equal(browserOf(`${engine} HeadlessChrome/156.0.0.0 Safari/537.36`), 'Chrome 156');
  assert.equal(browserOf(`${engine} Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0`), 'Edge 156');
  assert.equal(browserOf(`${engine} Version/26.1 Safari/605.1.15`), 'Safari 26.1');
  assert.equal(
    browserOf('Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0'),
    'Firefox 153',
  );
  assert.equal(browserOf('Ladybird'), 'Ladybird');
});

test('a GPU is named by what the browser tells of it', () => {
  const gpu = { vendor: 'apple', architecture: 'metal-3', device: '', description: '' };
  assert.equal(gpuName(gpu), 'apple metal-3');
  assert.equal(gpuName(null), null);
});

test('a rate of the CPU says which module ran; a GPU has none', () => {
  const size = { width: 16, batch_size: 32 };
  const speed = { steps_per_second: 12.345, whole: true, relaxed: true, threads: 2 };
  const cpu = measuredRate({ backend: 'cpu', ...size }, speed);
  const [rounded, module] = [12.3, { relaxed: true, threads: 2 }];
  const told = { ...size, steps_per_second: rounded, whole: true };
  assert.deepEqual(cpu, { backend: 'cpu', ...told, ...module });
  const gpu = measuredRate({ backend: 'webgpu', ...size }, speed);
  assert.deepEqual(gpu, { backend: 'webgpu', ...told });
  const failed = { backend: 'cpu', ...size, error: 'internal' };
  assert.deepEqual(cpuModuleOf([gpu, failed, cpu]), module);
  assert.equal(cpuModuleOf([gpu, failed]), undefined, 'an entry of before');
});

test('kernels of one kind are told together, beside plain code', () => {
  const launches = [
    { title: 'copy', ms: 1, flops: 0, bytes: 4e6 },
    { title: 'product', ms: 2, flops: 4e6, bytes: 1e6 },
    { title: 'product', ms: 3, flops: 6e6, bytes: 1e6 },
    { title: 'nothing', ms: 0, flops: 1, bytes: 1 },
  ];
  // At 4 GFLOP/s and 8 GB/s the products take plain code 2.5 ms, the copy half a millisecond.
  const [product, copy, nothing] = together(launches, 4, 8);
  assert.deepEqual(product, {
    title: 'product',
    count: 2,
    ms: 5,
    flops: 1e7,
    bytes: 2e6,
    of_plain: 0.5,
  });
  assert.equal(copy.of_plain, 0.5);
  assert.equal(nothing.of_plain, 0);
});

test('the known devices are as docs/devices.md says', async () => {
  const text = await readFile(new URL('../../docs/devices.json', import.meta.url), 'utf8');
  const { format, devices } = JSON.parse(text);
  assert.equal(format, 1);
  assert.ok(devices.length > 0);
  for (const device of devices) {
    const { name, date, ganvas, source, browser, user_agent, cores, gpu, rates } = device;
    for (const word of [name, source, browser]) assert.ok(typeof word === 'string' && word, name);
    assert.equal(typeof user_agent, 'string', name);
    assert.match(date, /^\d{4}-\d\d-\d\d$/, name);
    assert.match(ganvas, /^\d+\.\d+\.\d+/, name);
    assert.ok(Number.isInteger(cores) && cores > 0, name);
    if (gpu !== null) {
      const { software, ...words } = gpu;
      assert.deepEqual(Object.keys(words), ['vendor', 'architecture', 'device', 'description']);
      for (const word of Object.values(words)) assert.equal(typeof word, 'string', name);
      assert.ok([true, false, null].includes(software), name);
    }
    assert.ok(rates.length > 0, name);
    for (const rate of rates) {
      const { backend, width, batch_size, steps_per_second, whole, error } = rate;
      assert.ok(['cpu', 'webgpu'].includes(backend), name);
      const { refused } = planOf(`sizes=${width}x${batch_size}`);
      assert.deepEqual(refused, [], name);
      if (error === undefined) {
        assert.ok(steps_per_second > 0 && typeof whole === 'boolean', name);
        const told = 'relaxed' in rate || 'threads' in rate;
        assert.ok(backend === 'cpu' || !told, name);
        if (told) assert.ok(typeof rate.relaxed === 'boolean' && rate.threads >= 1, name);
      } else {
        assert.ok(error_codes.includes(error), name);
      }
    }
  }
});

/** A time such as `8.05 s`, in milliseconds. @param {string} text */
function milliseconds(text) {
  const [, value, unit] = /^([\d.]+) (m?s)$/.exec(text) ?? [];
  return Number(value) * (unit === 's' ? 1000 : 1);
}

test('a device from docs/benchmarks.md has the figures of its table', async () => {
  const read = (name) => readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
  const text = await read('benchmarks.md');
  const [, version, processor, date] =
    /^Made by .* in headless Chromium (\d+)\S*, on (.+?) with .*, (\d{4}-\d\d-\d\d)\./m.exec(text);
  const [, section] = /^## Time of a step\n(.*?)^## /ms.exec(text);
  const table = [
    ...section.matchAll(/^\| (CPU|WebGPU) [^|]*\| (\d+) \| (\d+) \| ([^|]+) \|/gm),
  ].map(([, backend, width, batch, step]) => ({
    key: `${backend.toLowerCase()} ${width} ${batch}`,
    step: milliseconds(step),
  }));
  assert.ok(table.length >= 4);
  const { devices } = JSON.parse(await read('devices.json'));
  for (const device of devices.filter(({ source }) => source === 'docs/benchmarks.md')) {
    const { name, browser, rates } = device;
    const told = `${name}, ${browser}, ${device.date}`;
    assert.equal(device.date, date, told);
    assert.ok(name.includes(processor), `${told}: measured on ${processor}`);
    assert.equal(/\d+/.exec(browser)?.[0], version, told);
    const keys = rates.map(({ backend, width, batch_size }) => `${backend} ${width} ${batch_size}`);
    assert.deepEqual(keys.sort(), table.map(({ key }) => key).sort(), told);
    for (const { backend, width, batch_size, steps_per_second } of rates) {
      const { step } = table.find(({ key }) => key === `${backend} ${width} ${batch_size}`);
      const apart = Math.abs((steps_per_second * step) / 1000 - 1);
      const what = `${backend}, ${width} × ${batch_size}: ${steps_per_second} a second, ${step} ms`;
      assert.ok(apart < 0.01, what);
    }
  }
});
