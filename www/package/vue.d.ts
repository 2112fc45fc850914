/** For Vue 3: `import type {} from 'ganvas/vue'` makes templates know the tag. */
import type { DefineComponent } from 'vue';
import type { GanvasLabAttributes, GanvasLabEventMap } from './index.js';

type Events = {
  [K in keyof GanvasLabEventMap as `on${Capitalize<K>}`]?: (event: GanvasLabEventMap[K]) => void;
};

declare module 'vue' {
  interface GlobalComponents {
    'ganvas-lab': DefineComponent<GanvasLabAttributes & Events>;
  }
}
