import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Old enough for the web views inside WeChat; nothing is inlined, since the content security policy allows no `data:` scripts or styles. */
export default defineConfig({
  plugins: [react()],
  build: {
    target: ['chrome87', 'safari14'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:8080' } },
})
