/** For Vue 3: `import type {} from 'ganvas/vue'` makes templates know the tag. */
import type { DefineComponent } from 'vue';
import type { GanvasLabAttributes, GanvasLabEventMap } from './index.js';

type Events = {
  [K in keyof GanvasLabEventMap as `on${Capitalize<K>}`]?: (event: GanvasLabEventMap[K]) => void;
};

/** Vue looks attributes up as it names a component's properties. */
type Camel<T extends string> = T extends `${infer Head}-${infer Rest}`
  ? `${Head}${Capitalize<Camel<Rest>>}`
  : T;
type Attributes = { [K in keyof GanvasLabAttributes as Camel<K>]: GanvasLabAttributes[K] };

declare module 'vue' {
  interface GlobalComponents {
    'ganvas-lab': DefineComponent<Attributes & Events>;
  }
}
