/** Read by `tsc` alone: the element is what index.d.ts says. */
import type { GanvasLab } from '../src/element/ganvas-lab.js';
import type { GanvasLabElement } from './index.js';

type Members = Exclude<keyof GanvasLabElement, keyof HTMLElement>;
type Conforms<T extends Pick<GanvasLabElement, Members>> = T;
export type Checked = Conforms<GanvasLab>;
