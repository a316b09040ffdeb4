import tailwindcss from '@tailwindcss/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

/** The API that `npm run dev -w client` talks to; in production the API itself serves this client. */
const api = process.env['LIVETALLY_URL'] ?? 'http://127.0.0.1:4000'

export default defineConfig({
  plugins: [vue(), tailwindcss()],
  server: {
    host: '127.0.0.1',
    proxy: { '/graphql': { target: api, ws: true }, '/explore': { target: api } },
  },
  build: {
    target: 'es2022',
    // light-dark() in tokens.css is kept as written: these are the first versions that know it.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    manifest: true,
    sourcemap: true,
    chunkSizeWarningLimit: 700,
    // Scripts and styles are always files of their own, never inlined, so that a strict CSP can be kept.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})
