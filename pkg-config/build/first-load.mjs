// What a page fetches of JavaScript before the engine answers: `node first-load.mjs PACKAGE TO`. A bundler takes the loader
// and the glue and leaves the rest.
import { build } from 'esbuild';

const [from, to] = process.argv.slice(2);

await build({
  stdin: { contents: "import { load } from './index.js';\nexport const start = load;", resolveDir: from },
  outfile: to,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
});
