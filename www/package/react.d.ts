/** For React 19: `import type {} from 'ganvas/react'` makes JSX know the tag. */
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { GanvasLabAttributes, GanvasLabElement, GanvasLabEventMap } from './index.js';

type Events = {
  [K in keyof GanvasLabEventMap as `on${K}`]?: (event: GanvasLabEventMap[K]) => void;
};

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'ganvas-lab': Omit<
        DetailedHTMLProps<HTMLAttributes<GanvasLabElement>, GanvasLabElement>,
        keyof GanvasLabAttributes
      > &
        GanvasLabAttributes &
        Events;
    }
  }
}
