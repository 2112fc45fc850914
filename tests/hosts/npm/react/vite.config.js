import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // The development server would move the package away from its worker and wasm.
  optimizeDeps: { exclude: ['ganvas'] },
});
