import { defineConfig } from 'vitepress';

export default defineConfig({
  title: 'Notes',
  lang: 'zh-CN',
  // The lab lies in public/ganvas. A script in Markdown would become one of Vue's.
  head: [
    ['script', { type: 'module', src: '/ganvas/ganvas.js' }],
    ['script', { type: 'module', src: '/ganvas/frames.js' }],
  ],
  // The tag is the browser's, not a component of Vue's.
  vue: { template: { compilerOptions: { isCustomElement: (tag) => tag === 'ganvas-lab' } } },
});
