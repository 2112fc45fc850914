import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { compileTogether } from '../src/worker/pipelines.js';

/** WebGPU, as far as pipelines go: those that are compiled aside are there when the test says so. */
class FakeDevice {
  /** @type {(() => void)[]} */
  waiting = [];

  createComputePipeline({ label }) {
    return { label, made: 'at once', getBindGroupLayout: (index) => `${label} ${index}` };
  }

  createComputePipelineAsync({ label }) {
    return new Promise((resolve) => {
      this.waiting.push(() =>
        resolve({ label, made: 'aside', getBindGroupLayout: (index) => `${label} ${index}` }),
      );
    });
  }
}

class FakePass {
  setPipeline(pipeline) {
    this.set = pipeline;
  }
}

/** The pass's method is wrapped once for all, in a worker that has one WebGPU. */
globalThis.GPUComputePassEncoder = FakePass;
const { createComputePipeline } = FakeDevice.prototype;

beforeEach(() => {
  globalThis.GPUDevice = FakeDevice;
});
afterEach(() => {
  delete globalThis.GPUDevice;
});

/** What a pass is really given. */
function usedBy(pipeline) {
  const pass = new FakePass();
  pass.setPipeline(pipeline);
  return pass.set;
}

test('a pass takes the pipeline that was compiled aside', async () => {
  const device = new FakeDevice();
  let pipeline;
  let all = false;
  const compiled = compileTogether(() => {
    pipeline = device.createComputePipeline({ label: 'a' });
    device.createComputePipeline({ label: 'b' });
  });
  compiled.then(() => {
    all = true;
  });
  device.waiting[0]();
  await Promise.resolve();
  assert.equal(all, false, 'another is not there yet');
  device.waiting[1]();
  await compiled;
  assert.deepEqual([usedBy(pipeline).label, usedBy(pipeline).made], ['a', 'aside']);
  assert.equal(pipeline.getBindGroupLayout(1), 'a 1');
});

test('what is used before it is there is compiled on the spot, and stays', async () => {
  const device = new FakeDevice();
  let pipeline;
  const compiled = compileTogether(() => {
    pipeline = device.createComputePipeline({ label: 'a' });
  });
  const first = usedBy(pipeline);
  assert.equal(first.made, 'at once');
  device.waiting[0]();
  await compiled;
  // Its bind groups belong to the one that was used.
  assert.equal(usedBy(pipeline), first);
});

test('afterwards pipelines are made as ever, also when the work fails', () => {
  assert.throws(
    () =>
      compileTogether(() => {
        throw new RangeError('no');
      }),
    RangeError,
  );
  assert.equal(FakeDevice.prototype.createComputePipeline, createComputePipeline);
  const pipeline = new FakeDevice().createComputePipeline({ label: 'c' });
  assert.equal(usedBy(pipeline), pipeline);
});

test('a pipeline that cannot be compiled is heard of', async () => {
  const device = new FakeDevice();
  device.createComputePipelineAsync = () => Promise.reject(new Error('too large'));
  await assert.rejects(
    compileTogether(() => device.createComputePipeline({ label: 'a' })),
    /too large/,
  );
});

test('without WebGPU the work is done and nothing awaited', async () => {
  delete globalThis.GPUDevice;
  let done = false;
  await compileTogether(() => {
    done = true;
  });
  assert.ok(done);
});
