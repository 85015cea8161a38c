import { copyFileSync } from 'node:fs';
import { build } from 'esbuild';

await build({
  entryPoints: ['main.js'],
  outdir: 'dist',
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  // esbuild does not follow `new URL(…, import.meta.url)`; an import of the module as a file it does.
  loader: { '.wasm': 'file' },
});
copyFileSync('index.html', 'dist/index.html');
