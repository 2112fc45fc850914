/** The canvas of the plane: keeps its size, its colours and the arrows' scale, and paints frames. */
import { channelsOf } from '../colour.js';
import { lengthsOf, longestOf, scaleOf } from './arrow-scale.js';
import { HeatMap } from './heat-map.js';
import { judgementOf, levelsOf } from './judgement.js';
import { drawArrows, drawContour, drawLattice, drawPoints } from './marks.js';

/**
 * @typedef {import('./plane-frame.js').PlaneFrame} PlaneFrame
 * @typedef {import('./judgement.js').Reading} Reading
 * @typedef {import('./heat-map.js').Channels} Channels
 *
 * @typedef {object} Scene what is painted
 * @property {PlaneFrame} frame
 * @property {Reading} reading how D's outputs are to be read
 * @property {ReadonlySet<string>} layers that are shown
 * @property {string} theme
 */

/** More pixels than three to a CSS pixel nobody sees. */
const densest = 3;

/** @param {Channels} channels @param {number} [alpha] */
const rgba = ([r, g, b], alpha = 1) => `rgba(${r}, ${g}, ${b}, ${alpha})`;

export class Picture {
  /** The pull that an arrow of the unit's length stands for. */
  scale = 0;
  /** The longest pull of the last frame. */
  longest = 0;
  /** @type {HTMLCanvasElement | undefined} */
  #canvas;
  #width = 0;
  #heatMap = new HeatMap();
  #theme = '';
  /** @type {{ paper: Channels, ink: Channels, d: Channels, g: Channels } | undefined} */
  #colours;
  #resize = new ResizeObserver(([entry]) => {
    this.#width = entry.contentRect.width;
    if (this.#painted) this.paint(this.#painted);
  });
  /** @type {Scene | undefined} */
  #painted;

  /** @param {HTMLCanvasElement | undefined} canvas */
  attach(canvas) {
    if (canvas === this.#canvas) return;
    this.#resize.disconnect();
    this.#canvas = canvas;
    this.#colours = undefined;
    if (!canvas) return;
    this.#width = canvas.clientWidth;
    this.#resize.observe(canvas);
  }

  /** Another run: its pulls have their own scale. */
  forget() {
    this.scale = 0;
    this.#painted = undefined;
  }

  /** @param {Scene} scene */
  paint(scene) {
    const canvas = this.#canvas;
    // Painted in memory. Hundreds of small marks are quick there, and where there is no GPU the other
    // way costs training a core.
    const context = canvas?.getContext('2d', { willReadFrequently: true });
    if (!canvas || !context || this.#width === 0) return;
    this.#painted = scene;
    const { frame, reading, layers, theme } = scene;
    const unit = Math.min(densest, globalThis.devicePixelRatio || 1);
    const size = Math.max(1, Math.round(this.#width * unit));
    if (canvas.width !== size || canvas.height !== size) {
      canvas.width = size;
      canvas.height = size;
    }
    const { paper, ink, d, g } = this.#paletteOf(canvas, theme);
    const place = { extent: frame.extent, size };
    const lengths = lengthsOf(frame.pull);
    this.scale = scaleOf(lengths, this.scale);
    this.longest = longestOf(lengths);
    const judgement = judgementOf(frame.field, reading);

    context.fillStyle = rgba(paper);
    context.fillRect(0, 0, size, size);
    if (layers.has('field')) {
      this.#heatMap.draw(context, size, frame.field, judgement, { paper, d, g });
    }
    if (layers.has('contour')) {
      const { centre, between } = levelsOf(judgement);
      for (const level of between) {
        drawContour(context, size, frame.field, level, { ink: rgba(ink, 0.3), width: 0.8 * unit });
      }
      drawContour(context, size, frame.field, centre, { ink: rgba(ink, 0.85), width: 1.8 * unit });
    }
    if (layers.has('lattice')) {
      const style = { ink: (/** @type {number} */ alpha) => rgba(g, alpha), unit };
      drawLattice(context, place, frame.lattice, frame.latent_dim, style);
    }
    const rim = rgba(paper);
    if (layers.has('real')) {
      drawPoints(context, place, frame.real, 'disc', { fill: rgba(d), rim, unit });
    }
    if (layers.has('pull')) {
      const style = { ink: rgba(ink, 0.9), rim: rgba(paper, 0.7), unit };
      drawArrows(context, place, frame.fake, frame.pull, this.scale, style);
    }
    if (layers.has('fake')) {
      drawPoints(context, place, frame.fake, 'triangle', { fill: rgba(g), rim, unit });
    }
  }

  /** @param {HTMLCanvasElement} canvas @param {string} theme */
  #paletteOf(canvas, theme) {
    if (!this.#colours || theme !== this.#theme) {
      this.#theme = theme;
      const named = (/** @type {string} */ name) => channelsOf(canvas, `--${name}-rgb`);
      this.#colours = { paper: named('paper'), ink: named('ink'), d: named('d'), g: named('g') };
    }
    return this.#colours;
  }

  dispose() {
    this.#resize.disconnect();
    this.#canvas = undefined;
  }
}
