// One entry per page. The engine and the texts of the help centre are taken from where `cargo xtask build` puts them.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

// The public keys that the page trusts are part of its code. `cargo xtask build` makes a key of its own for
// development; PRECHECK_TRUST names the list of a real deployment, from the top folder.
const keys = readFileSync(here(`../${process.env.PRECHECK_TRUST ?? 'dist/keys/development.pub'}`), 'utf8');

/** Where the service worker is: what it may answer for is its own folder and what pages in it fetch. */
const WORKER = 'help/service-worker.js';

/** What every page begins with, and how it fetches the rest. */
const SHARED = /vite\/preload-helper|\/src\/(?:lib\/.+|locale|locales\/.+|page\/(?:header|announcer)|server\/(?:api|session|events|submission-key))\.ts$/;

/** Tells the service worker which files the help centre is made of, and gives each list a name of its own. */
const worker = {
  name: 'service-worker',
  generateBundle(_, bundle) {
    const files = new Set(['/help/', '/icon.svg']);
    const add = (name) => {
      if (!name || files.has(`/${name}`)) return;
      files.add(`/${name}`);
      const { imports = [], dynamicImports = [], viteMetadata } = bundle[name] ?? {};
      for (const one of [...imports, ...dynamicImports, ...(viteMetadata?.importedCss ?? []), ...(viteMetadata?.importedAssets ?? [])]) add(one);
    };
    const entry = Object.values(bundle).find((one) => one.isEntry && one.facadeModuleId?.endsWith('/help/index.html'));
    add(entry.fileName);
    const names = [...files].sort();
    const page = Object.values(bundle).find(({ fileName }) => fileName === 'help/index.html');
    const version = createHash('sha256').update(JSON.stringify(names)).update(page?.source ?? '').digest('hex').slice(0, 16);
    const code = bundle[WORKER];
    code.code = `const FILES=${JSON.stringify(names)},VERSION=${JSON.stringify(version)};${code.code}`;
  },
};

export default defineConfig({
  root: here('.'),
  appType: 'mpa',
  plugins: [worker],
  resolve: {
    alias: [
      { find: /^@precheck\/core$/, replacement: here('../dist/npm/index.js') },
      { find: /^@precheck\/core\/(.*)$/, replacement: `${here('../dist/npm')}/$1.js` },
      { find: '@precheck/help', replacement: here('../dist/policies') },
    ],
  },
  define: { TRUSTED_KEYS: JSON.stringify(keys) },
  build: {
    outDir: here('../dist/www'),
    emptyOutDir: true,
    // The Content-Security-Policy allows files of this origin and nothing else, `data:` included.
    assetsInlineLimit: 0,
    // What a page imports at once is named in it, so that it is fetched in one round.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        index: here('index.html'),
        checkout: here('checkout/index.html'),
        help: here('help/index.html'),
        activate: here('activate/index.html'),
        ops: here('ops/index.html'),
        'service-worker': here('help/service-worker.ts'),
      },
      output: {
        entryFileNames: ({ name }) => (name === 'service-worker' ? WORKER : 'assets/[name]-[hash].js'),
        // What every page begins with is one file: small ones apart are larger together, and each is a request.
        codeSplitting: {
          groups: [
            { name: 'shared', test: SHARED },
            // What probes a device has the errors of the package too; a file of their own would cost the checkout a request.
            { name: 'start', test: /\/src\/engine\/start\.ts$|\/npm\/error\.js$/ },
          ],
        },
      },
    },
  },
  server: {
    fs: { allow: [here('..')] },
    proxy: { '/v1': 'http://127.0.0.1:8080' },
  },
});
