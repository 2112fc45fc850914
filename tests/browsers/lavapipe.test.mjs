/** Chromium on Mesa's lavapipe: a second adapter for its own implementation of WebGPU. */
import assert from 'node:assert/strict';
import { chromium } from './support/chromium.mjs';
import { hasLavapipe, lavapipe } from './support/lavapipe.mjs';
import { testWebgpu } from './support/set.mjs';

testWebgpu('Chromium', async () => {
  const { program, env, remove } = lavapipe();
  const driven = await chromium({ webgpu: true, program, env });
  return {
    ...driven,
    async close() {
      // The adapter bears SwiftShader's name here: which library computed is seen in the process.
      const computed = hasLavapipe(program);
      await driven.close();
      remove();
      assert.ok(computed, 'lavapipe is what computed');
    },
  };
});
