// One entry per page. The engine and the texts of the help centre are taken from where `cargo xtask build` puts them.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

// The public keys that the page trusts are part of its code. `cargo xtask build` makes a key of its own for
// development; PRECHECK_TRUST names the list of a real deployment, from the top folder.
const keys = readFileSync(here(`../${process.env.PRECHECK_TRUST ?? 'dist/keys/development.pub'}`), 'utf8');

export default defineConfig({
  root: here('.'),
  appType: 'mpa',
  resolve: { alias: { '@precheck/core': here('../dist/npm/index.js'), '@precheck/help': here('../dist/policies') } },
  define: { TRUSTED_KEYS: JSON.stringify(keys) },
  build: {
    outDir: here('../dist/www'),
    emptyOutDir: true,
    // The Content-Security-Policy allows files of this origin and nothing else, `data:` included.
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: { input: { index: here('index.html'), checkout: here('checkout/index.html') } },
  },
  server: {
    fs: { allow: [here('..')] },
    proxy: { '/v1': 'http://127.0.0.1:8080' },
  },
});
