/** The curves: their legends, the choice among them, and their drawing with uPlot. */

import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { html, nothing } from 'lit/html.js';
import uPlot from 'uplot';
import { colourOf } from './colour.js';
import { panelsWithFigures, shownPanels } from './curves/curve-panels.js';
import { figure, signed, ticks } from './numbers.js';

/**
 * @typedef {import('../store.js').Store} Store
 * @typedef {import('../i18n/index.js').Translate} Translate
 * @typedef {import('./lab-interface.js').LabInterface} Lab
 * @typedef {import('./curves/curve-panels.js').Panel} Panel
 * @typedef {import('./curves/curve-panels.js').Series} Series
 */

/**
 * @param {Lab} lab
 * @param {Translate} t
 * @param {string} controls
 */
export function curves(lab, t, controls) {
  const { store } = lab;
  const step = store.history?.steps[store.pointed ?? -1] ?? store.report?.step ?? 0;
  return html`${controls === 'full' ? chooser(lab, t) : nothing}<div class="curves">
    ${repeat(
      shownPanels(store),
      ({ name }) => name,
      (panel) => {
        const values = Object.fromEntries(
          panel.series.map(({ key, whole }) => [key, written(figureAt(store, key), whole)]),
        );
        return html`<figure class="curve" data-panel=${panel.name}>
        <figcaption>
          <span>${t(panel.title)}</span>
          <span class="legend">
            ${panel.series.map(
              ({ key, who, label }) => html`<span class=${who}>
                <span class="stroke" aria-hidden="true"></span>
                <span class="label">${t(label ?? `curve.${key}`)}</span> <b>${values[key]}</b>
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
const written = (value, whole) => (whole && value !== undefined ? signed(value) : figure(value));

/**
 * The value under the pointer, or else the latest one; what is measured now and then holds until it
 * is measured again.
 *
 * @param {Store} store
 * @param {string} key
 */
function figureAt({ history, pointed, report }, key) {
  if (pointed === undefined && typeof report?.[key] === 'number') return report[key];
  const column = history?.column(key) ?? [];
  for (let index = Math.min(pointed ?? column.length, column.length - 1); index >= 0; index -= 1) {
    if (!Number.isNaN(column[index])) return column[index];
  }
  return undefined;
}

/**
 * Which curves are drawn, on which scale, and a pointer that keys and fingers can move.
 *
 * @param {Lab} lab
 * @param {Translate} t
 */
function chooser(lab, t) {
  const { store } = lab;
  const shown = shownPanels(store).map(({ name }) => name);
  const steps = store.history?.steps ?? [];
  const last = Math.max(0, steps.length - 1);
  const at = store.pointed ?? last;
  return html`<div class="curve-choice">
    <div class="chips" role="group" aria-label=${t('curve.choose')}>
      ${panelsWithFigures(store).map(
        ({ name, title }) => html`<button
          type="button"
          class="small"
          data-curve=${name}
          aria-pressed=${shown.includes(name)}
          @click=${() => lab.showCurve(name, !shown.includes(name))}
        >
          ${t(title)}
        </button>`,
      )}
      <button
        type="button"
        class="small"
        data-action="log-scale"
        aria-pressed=${store.logarithmic}
        title=${t('curve.log.title')}
        @click=${() => lab.scaleCurves(!store.logarithmic)}
      >
        ${t('curve.log')}
      </button>
    </div>
    <label class="pointer">
      <span>${t('stat.step')} <b>${(steps[at] ?? 0).toLocaleString('en')}</b></span>
      <input
        type="range"
        data-field="pointer"
        min="0"
        max=${last}
        .value=${live(String(at))}
        ?disabled=${last === 0 /* from the start it has its room */}
        aria-label=${t('curve.pointer')}
        aria-valuetext=${steps[at] ?? 0}
        @input=${(/** @type {Event} */ event) => {
          const index = Number(/** @type {HTMLInputElement} */ (event.target).value);
          lab.pointAt(index === last ? undefined : index);
        }}
      />
    </label>
  </div>`;
}

/**
 * @param {Panel} panel
 * @param {number} step
 * @param {Record<string, string>} values
 * @param {Translate} t
 */
function summary({ title, series }, step, values, t) {
  const list = series.map(({ key, label }) => `${t(label ?? `curve.${key}`)} ${values[key]}`);
  return t('curve.summary', { title: t(title), step, values: list });
}

/** The charts live as long as the lab; the markup only gives them a place. */
export class CurvePanels {
  /** @type {Map<string, { plot: uPlot, place: Element, resize: ResizeObserver, made: string }>} */
  #plots = new Map();
  /** Their pointers move together, and no other lab's. */
  #together = uPlot.sync(`ganvas-${Math.random()}`);
  /** The pointer is being moved by us. */
  #moving = false;
  #theme = '';
  #revision = -1;
  /** @type {Translate} */
  #t = (key) => key;

  /** @param {(index: number | undefined) => void} pointed hears of the point under the pointer */
  constructor(pointed) {
    this.pointed = pointed;
  }

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
    const shown = shownPanels(store);
    for (const name of this.#plots.keys()) {
      if (!shown.some((panel) => panel.name === name)) this.#close(name);
    }
    const changed = history.revision !== this.#revision;
    this.#revision = history.revision;
    for (const panel of shown) {
      const place = root.querySelector(`[data-panel="${panel.name}"] .plot`);
      if (!place) continue;
      let entry = this.#plots.get(panel.name);
      const scale = scaleOf(panel, history, store.logarithmic);
      const made = `${scale} ${panel.series.map(({ key }) => key)}`;
      if (entry?.place !== place || entry.made !== made) {
        this.#close(panel.name);
        entry = this.#open(panel, place, scale, made);
      } else if (theme !== this.#theme) {
        entry.plot.redraw(false, true);
      }
      if (changed || entry.plot.data[0].length === 0) {
        const values = (/** @type {number[]} */ column) =>
          column.map((value) => drawable(value, scale));
        const data = [
          history.steps,
          ...panel.series.map(({ key }) => values(history.column(key))),
          ...panel.series.map(({ key }) => values(history.trend(key))),
        ];
        entry.plot.setData(/** @type {uPlot.AlignedData} */ (data));
      }
    }
    this.#theme = theme;
    this.#movePointer(history.steps, store.pointed);
  }

  /**
   * A pointer that something else than the mouse has moved.
   *
   * @param {number[]} steps
   * @param {number | undefined} index
   */
  #movePointer(steps, index) {
    if (index === undefined || this.#moving) return;
    this.#moving = true;
    for (const { plot } of this.#plots.values()) {
      if (plot.cursor.idx === index) continue;
      plot.setCursor({ left: plot.valToPos(steps[index], 'x'), top: 0 }, false);
    }
    this.#moving = false;
  }

  /**
   * @param {Panel} panel
   * @param {Element} place
   * @param {Scale} scale
   * @param {string} made what makes another plot of it
   */
  #open(panel, place, scale, made) {
    /** What the stylesheet gives it; hidden, it has no size. */
    const size = () => ({
      width: Math.max(120, place.clientWidth),
      height: Math.max(60, place.clientHeight),
    });
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
        stroke: () => colourOf(place, colours[who], alpha),
        width: thickness,
        spanGaps: true,
        points: { show: panel.judged === true, size: 4 },
      }));
    const plot = new uPlot(
      {
        ...size(),
        padding: [8, 16, 0, 0],
        legend: { show: false },
        cursor: {
          y: false,
          drag: { x: false, y: false },
          points: { size: 6 },
          sync: { key: this.#together.key },
        },
        scales: { x: { time: false }, y: scaling(panel, scale) },
        axes: [
          { ...axis, size: 18, gap: 2, space: 60, incrs: wholeSteps, values: (_, at) => ticks(at) },
          { ...axis, size: widthOf, gap: 4, space: 30, values: (_, at) => labels(at, scale) },
        ],
        series: [
          {},
          // What was measured, faint, and over it the trend, which the eye can follow.
          ...lines(0.22, 1),
          ...lines(1, 1.8),
        ],
        hooks: {
          drawClear: panel.half ? [(/** @type {uPlot} */ u) => halfLine(u, place)] : [],
          setCursor: [(/** @type {uPlot} */ u) => this.#point(u)],
        },
      },
      [[], ...panel.series.map(() => []), ...panel.series.map(() => [])],
      /** @type {HTMLElement} */ (place),
    );
    const resize = new ResizeObserver(() => plot.setSize(size()));
    resize.observe(place);
    const entry = { plot, place, resize, made };
    this.#plots.set(panel.name, entry);
    return entry;
  }

  /** @param {uPlot} plot */
  #point(plot) {
    if (this.#moving) return;
    this.pointed(plot.cursor.idx ?? undefined);
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

/** @type {Record<Series['who'], string>} */
const colours = { d: '--d-rgb', g: '--g-rgb', n: '--muted-rgb' };

/**
 * `signed`: logarithmic far from zero on both sides of it, where values are of both signs.
 *
 * @typedef {'linear' | 'log' | 'signed'} Scale
 */

/**
 * @param {Panel} panel
 * @param {import('../history.js').History} history
 * @param {boolean} logarithmic
 * @returns {Scale}
 */
function scaleOf({ series }, history, logarithmic) {
  if (!logarithmic) return 'linear';
  return series.some(({ key }) => history.column(key).some((value) => value < 0))
    ? 'signed'
    : 'log';
}

/**
 * @param {Panel} panel
 * @param {Scale} scale
 * @returns {uPlot.Scale}
 */
function scaling({ range }, scale) {
  if (scale === 'log') return { distr: 3 };
  if (scale === 'signed') return { distr: 4, asinh: 1 };
  return { range: range ?? lossRange };
}

/**
 * A zero has no place on a logarithmic scale.
 *
 * @param {number} value
 * @param {Scale} scale
 */
const drawable = (value, scale) =>
  Number.isNaN(value) || (scale === 'log' && value <= 0) ? null : value;

/**
 * @param {(number | null)[]} at
 * @param {Scale} scale
 */
const labels = (at, scale) =>
  scale === 'linear'
    ? ticks(/** @type {number[]} */ (at))
    : at.map((value) => (value === null ? '' : figure(value)));

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
