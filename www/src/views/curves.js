/** The curves: which quantities stand in which panel, and their drawing with uPlot. */

import { repeat } from 'lit/directives/repeat.js';
import { html } from 'lit/html.js';
import uPlot from 'uplot';
import { traitsOf } from '../settings/traits.js';
import { colourOf } from './colour.js';
import { figure, ticks } from './numbers.js';

/**
 * @typedef {import('../store.js').Store} Store
 * @typedef {import('../i18n/index.js').Translate} Translate
 *
 * `n` is neither D nor G; what is `whole` counts something.
 * @typedef {{ key: string, who: 'd' | 'g' | 'n', label?: string, whole?: boolean }} Series
 * @typedef {object} Panel
 * @property {string} name
 * @property {string} title
 * @property {Series[]} series
 * @property {[number, number]} [range]
 */

/** D's mean outputs, however they are to be read. @type {Series[]} */
const outputs = [
  { key: 'd_real', who: 'd' },
  { key: 'd_fake', who: 'g' },
];

/** The table that the panels are made from. @satisfies {Record<string, Panel>} */
const panels = {
  loss: {
    name: 'loss',
    title: 'panel.loss',
    series: [
      { key: 'd_loss', who: 'd' },
      { key: 'g_loss', who: 'g' },
    ],
  },
  belief: {
    name: 'belief',
    title: 'panel.belief',
    series: outputs,
    range: [0, 1],
  },
  criticLoss: {
    name: 'critic-loss',
    title: 'panel.loss',
    series: [
      { key: 'd_loss', who: 'd', label: 'curve.critic_loss' },
      { key: 'g_loss', who: 'g' },
    ],
  },
  critic: {
    name: 'critic',
    title: 'panel.critic',
    series: outputs,
  },
  score: {
    name: 'score',
    title: 'panel.score',
    series: outputs,
  },
  wasserstein: {
    name: 'wasserstein',
    title: 'panel.wasserstein',
    series: [{ key: 'wasserstein', who: 'd', label: 'term_name.wasserstein' }],
  },
  reconstruction: {
    name: 'reconstruction',
    title: 'panel.reconstruction',
    series: [{ key: 'reconstruction', who: 'g', label: 'term_name.reconstruction' }],
  },
  kl: {
    name: 'kl',
    title: 'panel.kl',
    series: [{ key: 'kl', who: 'd', label: 'term_name.kl' }],
  },
  cycle: {
    name: 'cycle',
    title: 'panel.cycle',
    series: [
      { key: 'cycle', who: 'd', label: 'term_name.cycle' },
      { key: 'identity', who: 'g', label: 'term_name.identity' },
    ],
  },
};

/** Of a distribution in the plane: how close the generated one is. @satisfies {Record<string, Panel>} */
const distances = {
  modes: {
    name: 'modes',
    title: 'panel.modes',
    series: [{ key: 'modes', who: 'g', label: 'plane.modes', whole: true }],
  },
  fit: {
    name: 'fit',
    title: 'panel.fit',
    series: [
      { key: 'good', who: 'g', label: 'plane.good' },
      { key: 'js', who: 'n', label: 'plane.js' },
    ],
  },
  divergence: {
    name: 'divergence',
    title: 'panel.fit',
    series: [{ key: 'js', who: 'n', label: 'plane.js' }],
  },
};

/**
 * What is known of the plane, where one is watched.
 *
 * @param {Store} store
 * @returns {Panel[]}
 */
function planePanels({ watched }) {
  const { metrics } = watched.plane ?? {};
  if (!metrics) return [];
  return metrics.modes === undefined ? [distances.divergence] : [distances.modes, distances.fit];
}

/** @param {Store} store */
const panelsOf = (store) => [...systemPanels(store), ...planePanels(store)];

/** The newest figures of all panels. @param {Store} store @returns {Record<string, number> | undefined} */
const newestOf = ({ report, watched }) => report && { ...watched.plane?.metrics, ...report };

/**
 * The two panels that tell most about a system.
 *
 * @param {Store} store
 * @returns {Panel[]}
 */
function systemPanels({ description, report }) {
  const { family, critic, reading } = traitsOf(description?.experiment ?? {});
  if (family === 'autoencoder') return [panels.reconstruction, panels.kl];
  if (family === 'translation') return [panels.loss, panels.cycle];
  if (!critic) return [panels.loss, reading === 'probability' ? panels.belief : panels.score];
  return [
    panels.criticLoss,
    report && !('wasserstein' in report) ? panels.critic : panels.wasserstein,
  ];
}

/**
 * @param {Store} store
 * @param {Translate} t
 */
export function curves(store, t) {
  const newest = newestOf(store);
  return html`<div class="curves">
    ${repeat(
      panelsOf(store),
      ({ name }) => name,
      (panel) => {
        const values = Object.fromEntries(
          panel.series.map(({ key, whole }) => [key, written(newest?.[key], whole)]),
        );
        const step = store.report?.step ?? 0;
        return html`<figure class="curve" data-panel=${panel.name}>
        <figcaption>
          <span>${t(panel.title)}</span>
          <span class="legend">
            ${panel.series.map(
              ({ key, who, label }) => html`<span class=${who}>
                <span class="stroke" aria-hidden="true"></span>${t(label ?? `curve.${key}`)}
                <b>${values[key]}</b>
              </span>`,
            )}
          </span>
        </figcaption>
        <div
          class="plot"
          role="img"
          aria-label=${store.report ? summary(panel, step, values, t) : t('curve.empty')}
        ></div>
        ${store.history?.steps.length === 0 ? html`<p class="empty">${t('curve.empty')}</p>` : ''}
      </figure>`;
      },
    )}
  </div>`;
}

/** @param {number | undefined} value @param {boolean} [whole] */
const written = (value, whole) => (whole && value !== undefined ? String(value) : figure(value));

/**
 * @param {Panel} panel
 * @param {number} step
 * @param {Record<string, string>} values
 * @param {Translate} t
 */
function summary({ title, series }, step, values, t) {
  const list = series
    .map(({ key, label }) => `${t(label ?? `curve.${key}`)} ${values[key]}`)
    .join(', ');
  return t('curve.summary', { title: t(title), step, values: list });
}

const height = 146;

/** Whose colour a line has. */
const inks = { d: '--d-rgb', g: '--g-rgb', n: '--ink-rgb' };

/** The charts live as long as the lab; the markup only gives them a place. */
export class CurvePanels {
  /** @type {Map<string, { plot: uPlot, place: Element, resize: ResizeObserver }>} */
  #plots = new Map();
  #theme = '';
  #revision = -1;
  /** @type {Translate} */
  #t = (key) => key;

  /** @param {Translate} t */
  translate(t) {
    this.#t = t;
  }

  /**
   * @param {ShadowRoot} root
   * @param {Store} store
   * @param {string} theme
   */
  draw(root, store, theme) {
    const { history } = store;
    if (!history) return;
    const shown = panelsOf(store);
    for (const name of this.#plots.keys()) {
      if (!shown.some((panel) => panel.name === name)) this.#close(name);
    }
    const changed = history.revision !== this.#revision;
    this.#revision = history.revision;
    for (const panel of shown) {
      const place = root.querySelector(`[data-panel="${panel.name}"] .plot`);
      if (!place) continue;
      let entry = this.#plots.get(panel.name);
      if (entry?.place !== place) {
        this.#close(panel.name);
        entry = this.#open(panel, place);
      } else if (theme !== this.#theme) {
        entry.plot.redraw(false, true);
      }
      if (changed || entry.plot.data[0].length === 0) {
        const data = [
          history.steps,
          ...panel.series.map(({ key }) => history.column(key).map(known)),
          ...panel.series.map(({ key }) => history.trend(key).map(known)),
        ];
        entry.plot.setData(/** @type {uPlot.AlignedData} */ (data));
      }
    }
    this.#theme = theme;
  }

  /**
   * @param {Panel} panel
   * @param {Element} place
   */
  #open(panel, place) {
    const width = () => Math.max(120, Math.floor(place.clientWidth));
    const axis = {
      stroke: () => colourOf(place, '--muted-rgb'),
      grid: { stroke: () => colourOf(place, '--line-rgb'), width: 1 },
      ticks: { show: false },
      font: '11px system-ui, sans-serif',
    };
    /**
     * @param {number} alpha
     * @param {number} thickness
     */
    const lines = (alpha, thickness) =>
      panel.series.map(({ key, who, label }) => ({
        label: this.#t(label ?? `curve.${key}`),
        stroke: () => colourOf(place, inks[who], alpha),
        width: thickness,
        // What is measured now and then is a line all the same.
        spanGaps: true,
        points: { show: false },
      }));
    const plot = new uPlot(
      {
        width: width(),
        height,
        padding: [8, 16, 0, 0],
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
        scales: {
          x: { time: false },
          y: panel.range ? { range: panel.range } : { range: lossRange },
        },
        axes: [
          { ...axis, size: 18, gap: 2, space: 60, incrs: wholeSteps, values: (_, at) => ticks(at) },
          { ...axis, size: widthOf, gap: 4, space: 30, values: (_, at) => ticks(at) },
        ],
        series: [
          {},
          // What was measured, faint, and over it the trend, which the eye can follow.
          ...lines(0.22, 1),
          ...lines(1, 1.8),
        ],
        hooks: panel.range ? { drawClear: [(/** @type {uPlot} */ u) => halfLine(u, place)] } : {},
      },
      [[], ...panel.series.map(() => []), ...panel.series.map(() => [])],
      /** @type {HTMLElement} */ (place),
    );
    const resize = new ResizeObserver(() => plot.setSize({ width: width(), height }));
    resize.observe(place);
    const entry = { plot, place, resize };
    this.#plots.set(panel.name, entry);
    return entry;
  }

  /** @param {string} name */
  #close(name) {
    const entry = this.#plots.get(name);
    entry?.resize.disconnect();
    entry?.plot.destroy();
    this.#plots.delete(name);
  }

  dispose() {
    for (const name of [...this.#plots.keys()]) this.#close(name);
  }
}

/** To a chart, what is no number is nothing. @param {number} value */
const known = (value) => (Number.isNaN(value) ? null : value);

/** Steps are whole. */
const wholeSteps = Array.from({ length: 12 }, (_, power) =>
  [1, 2, 5].map((digit) => digit * 10 ** power),
).flat();

/**
 * Room for the longest label: a digit of the axis' font is less than 7 pixels wide.
 *
 * @param {uPlot} _plot
 * @param {string[] | null} labels null before there are any
 */
const widthOf = (_plot, labels) =>
  Math.max(34, 10 + 7 * Math.max(0, ...(labels ?? []).map((label) => label.length)));

/**
 * Losses start at zero on the axis, so that their size can be compared through training.
 *
 * @param {uPlot} _plot
 * @param {number | null} low
 * @param {number | null} high
 * @returns {[number, number]}
 */
function lossRange(_plot, low, high) {
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high))
    return [0, 2];
  return [Math.min(0, low * 1.05), Math.max(high * 1.08, 0.5)];
}

/**
 * D = 1/2 is where the discriminator cannot tell.
 *
 * @param {uPlot} plot
 * @param {Element} place
 */
function halfLine(plot, place) {
  const y = plot.valToPos(0.5, 'y', true);
  const { left, width } = plot.bbox;
  plot.ctx.save();
  plot.ctx.strokeStyle = colourOf(place, '--muted-rgb', 0.7);
  plot.ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  plot.ctx.beginPath();
  plot.ctx.moveTo(left, y);
  plot.ctx.lineTo(left + width, y);
  plot.ctx.stroke();
  plot.ctx.restore();
}
