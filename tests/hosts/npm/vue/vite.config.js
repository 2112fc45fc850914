import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [
    // The tag is the browser's, not a component of Vue's.
    vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === 'ganvas-lab' } } }),
  ],
  // The development server would move the package away from its worker and wasm.
  optimizeDeps: { exclude: ['ganvas'] },
});
