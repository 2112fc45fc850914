/**
 * A worker that trains nothing and sends frames of the plane that are known to the last digit: D is a
 * formula, so that where its contour lies and where it pulls can be computed beside it. Imported by
 * tests as text, with `__READING__` filled in.
 */
const extent = 2;
const reading = '__READING__';
const side = 48;

/** Raw output of D: real on the right of a tilted line, more so farther away. */
const output = (x, y) => 2 * x + y - 0.5;
const slope = [2, 1];

const sigmoid = (value) => 1 / (1 + Math.exp(-value));

/** Points on two circles, apart from each other. */
const circle = (count, radius, turn) =>
  Float32Array.from({ length: 2 * count }, (_, at) => {
    const angle = (2 * Math.PI * Math.floor(at / 2)) / count + turn;
    return radius * (at % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
  });

function frame(step) {
  const fake = circle(24, 0.9 + 0.1 * Math.cos(step), 0.1);
  const outputs = Float32Array.from({ length: 24 }, (_, at) =>
    output(fake[2 * at], fake[2 * at + 1]),
  );
  // −∂/∂x of −log σ(D(x)), or of −D(x).
  const pull = Float32Array.from({ length: 48 }, (_, at) => {
    const weight = reading === 'probability' ? sigmoid(-outputs[Math.floor(at / 2)]) : 1;
    return weight * slope[at % 2];
  });
  const field = Float32Array.from({ length: side * side }, (_, at) => {
    const x = -extent + (((at % side) + 0.5) * 2 * extent) / side;
    const y = extent - ((Math.floor(at / side) + 0.5) * 2 * extent) / side;
    return output(x, y);
  });
  const nodes = 13;
  const lattice = Float32Array.from({ length: 2 * nodes * nodes }, (_, at) => {
    const node = Math.floor(at / 2);
    const [row, column] = [Math.floor(node / nodes), node % nodes];
    const z = [-2 + (4 * column) / (nodes - 1), -2 + (4 * row) / (nodes - 1)];
    return at % 2 === 0 ? 0.6 * z[0] + 0.1 * z[1] ** 2 : 0.5 * z[1] + 0.2 * z[0];
  });
  const metrics = { modes: step % 9, modes_of: 8, good: (step % 11) / 10, js: 0.5 / (1 + step) };
  const real = loaded?.points.slice() ?? circle(40, 1.5, 0);
  return {
    step,
    extent,
    reading,
    real,
    fake,
    outputs,
    pull,
    field,
    lattice,
    latent_dim: 2,
    metrics,
  };
}

let experiment = {};
let step = 0;
let goal = 0;
let goalId = 0;
let watching = false;
/** What the page gave to train on. */
let loaded;

const description = () => ({
  experiment,
  model: experiment.model,
  backend: 'cpu',
  adapter: '',
  software: false,
  averaged: false,
  weights: 'raw',
  parameters: 1234,
  step,
  dataset: { name: 'ring', count: 4096, source: 'drawn by the program' },
});

const report = () => ({
  step,
  epoch: step / 32,
  d_loss: 1.3,
  g_loss: 0.7,
  d_real: 0.6,
  d_fake: 0.4,
  steps_per_second: 30,
});

const look = () => {
  if (watching) postMessage({ type: 'watched', what: 'plane', value: frame(step) });
};

function advance() {
  if (step >= goal) return;
  step += 1;
  if (step % 8 === 0 || step === goal) postMessage({ type: 'report', report: report() });
  look();
  if (step < goal) return void setTimeout(advance, 30);
  postMessage({ type: 'reply', id: goalId, value: report() });
  postMessage({ type: 'running', running: false });
}

addEventListener('message', ({ data: message }) => {
  const reply = (value) => postMessage({ type: 'reply', id: message.id, value });
  const describe = (fresh) => postMessage({ type: 'described', description: description(), fresh });
  switch (message.type) {
    case 'ping':
      return postMessage({ type: 'pong' });
    case 'open':
      experiment = message.experiment;
      describe(false);
      return reply(description());
    case 'watch':
      if (message.what !== 'plane') return undefined;
      watching = message.options !== null;
      return look();
    case 'train':
      goal = message.steps ? step + message.steps : Number.POSITIVE_INFINITY;
      goalId = message.id;
      postMessage({ type: 'running', running: true });
      return setTimeout(advance);
    case 'pause':
      goal = step;
      reply(report());
      postMessage({ type: 'running', running: false });
      return look();
    case 'reset':
      experiment = { ...experiment, ...message.changes };
      step = 0;
      goal = 0;
      describe(true);
      reply(description());
      return look();
    case 'load_dataset':
      loaded = message.files;
      experiment = { ...experiment, dataset: 'points' };
      describe(false);
      return reply(description());
    case 'save':
      return reply(new Uint8Array(4));
    default:
      return undefined;
  }
});
postMessage({ type: 'hello', build: '__BUILD__' });
