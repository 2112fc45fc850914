/**
 * How fast each kernel of a DCGAN step is, beside what the adapter gives to a plain
 * matrix product and a plain copy.
 *
 *     node tests/bench/kernels.mjs [--hardware] [width] [batch] [software|gpu]
 *         [halving doubling weight norm whole]
 *
 * `--hardware` replays them on the machine's GPU instead of SwiftShader. The word chooses the
 * tiles, those for the adapter if it is left out, and the numbers after it change them; see
 * `Tiles` in crates/ganvas-kernels.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { launch } from '../support/browser.mjs';
import { adapters } from './measure/adapters.mjs';
import { replay } from './measure/replay.mjs';
import { speed } from './roofline-report.mjs';
import { servePage } from './support/blank.mjs';
import { unfit } from './surroundings.mjs';

const cargo = ['run', '--quiet', '--package', 'ganvas-kernels', '--no-default-features'];

/** The tiles that the page takes on such an adapter. */
const tiles = { software: 'software', hardware: 'gpu' };

/**
 * @param {(string | number)[]} options see above
 * @param {{ webgpu: import('../support/browser.mjs').Webgpu, repeats?: number }} how
 */
export async function kernels([width = 16, batch = 32, word, ...changes], { webgpu, repeats = 5 }) {
  const options = [width, batch, word ?? tiles[webgpu], ...changes];
  const text = execFileSync(
    'cargo',
    [...cargo, '--example', 'schedule', '--', ...options.map(String)],
    {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    },
  );
  const { shaders, step, plain } = JSON.parse(text);
  const server = await servePage();
  const browser = await launch({ webgpu });
  try {
    const page = await browser.newPage();
    page.on('console', (message) => console.error(message.text()));
    await page.goto(server.url);
    const adapter = await adapters(page);
    const mistake = unfit(adapter, webgpu);
    if (mistake) throw new Error(mistake);
    const ceiling = await replay(page, plain, shaders, repeats);
    const found = await replay(page, step, shaders, repeats);
    const rate = (work, time) => work / time / 1e6;
    const [registers, shared, copied] = plain.launches.map((launch, index) =>
      rate(launch.flops || launch.bytes, ceiling.each[index]),
    );
    return {
      adapter: adapter.webgpu.name,
      step_ms: found.step,
      compile_ms: found.compile,
      pipelines: found.pipelines,
      product_gflops: Math.max(registers, shared),
      copy_gbs: copied,
      kernels: step.launches.map(({ title, part, flops, bytes }, index) => ({
        title,
        part,
        flops,
        bytes,
        ms: found.each[index],
      })),
    };
  } finally {
    await browser.close();
    await server.close();
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { values, positionals } = parseArgs({
    options: { hardware: { type: 'boolean' } },
    allowPositionals: true,
  });
  const webgpu = values.hardware ? 'hardware' : 'software';
  const found = await kernels(positionals, { webgpu });
  for (const kernel of found.kernels) {
    const { ms, part, title } = kernel;
    const columns = [`${ms.toFixed(2).padStart(9)} ms`, speed(kernel).padStart(15)];
    console.log(`${columns.join('  ')}  ${part}: ${title}`);
  }
  console.log(
    `step ${found.step_ms.toFixed(1)} ms, ${found.kernels.length} dispatches, ${found.pipelines} pipelines compiled in ${found.compile_ms.toFixed(0)} ms on ${found.adapter}`,
  );
  console.log(
    `plain: ${found.product_gflops.toFixed(2)} GFLOP/s, copy ${found.copy_gbs.toFixed(2)} GB/s`,
  );
}
