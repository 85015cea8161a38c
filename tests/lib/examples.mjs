// The examples of the package, built outside of the working tree from the packed package, and a server for their pages.
//
//   node lib/examples.mjs FOLDER PORT    builds all of them in FOLDER and serves their pages
import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SOURCES = join(ROOT, 'pkg-config/examples');
const run = promisify(execFile);

/** Installs the packed package, as npm does it for everybody, and copies examples beside it. */
export async function install(folder, tarball, names) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  const words = ['install', '--offline', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', resolve(tarball)];
  await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', words, { cwd: folder });
  const trusted = await readFile(join(ROOT, 'dist/keys/development.pub'), 'utf8');
  for (const name of names) {
    const place = join(folder, name);
    await cp(join(SOURCES, name), place, { recursive: true });
    await copyFile(join(ROOT, 'dist/policies/baitiao.public.bundle'), join(place, 'policy.bundle'));
    await writeFile(join(place, 'trusted.pub'), trusted);
    await writeFile(join(place, 'keys.js'), `export const KEYS = ${JSON.stringify(trusted)};\n`);
  }
}

/** Runs the script `build` of an example; tools are those of this workspace. */
async function build(place) {
  const { scripts } = JSON.parse(await readFile(join(place, 'package.json'), 'utf8'));
  const path = `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`;
  // The package is one folder up, where it was installed for all of them.
  const script = scripts.build.replace('node_modules/@precheck', '../node_modules/@precheck');
  await run('sh', ['-c', script], { cwd: place, env: { ...process.env, PATH: path } });
  await copyFile(join(place, 'policy.bundle'), join(place, 'dist/policy.bundle'));
}

/** Examples with a page. */
export const PAGES = ['html', 'vite', 'webpack', 'esbuild', 'react', 'worker'];

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/**
 * A server of files, with the policy that a page needs and no more. `?type=…` and `?csp=…` in the address of a file choose
 * another type of content and another policy, for tests.
 */
export function serve(folder) {
  return createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    const file = join(folder, normalize(pathname.endsWith('/') ? `${pathname}index.html` : pathname));
    try {
      const bytes = await readFile(file);
      response.writeHead(200, {
        'Content-Type': searchParams.get('type') ?? TYPES[extname(file)] ?? 'application/octet-stream',
        'Content-Security-Policy': searchParams.get('csp') ?? "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
        'X-Content-Type-Options': 'nosniff',
      });
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [folder, port] = process.argv.slice(2);
  const packed = join(ROOT, 'dist/.packed');
  const tarball = (await readdir(packed)).find((name) => name.endsWith('.tgz'));
  await install(folder, join(packed, tarball), PAGES);
  for (const name of PAGES) await build(join(folder, name));
  // Pages of the tests' own, beside the package as it is.
  await cp(join(ROOT, 'tests/package/pages'), join(folder, 'pages'), { recursive: true });
  await copyFile(join(ROOT, 'dist/policies/baitiao.public.bundle'), join(folder, 'pages/policy.bundle'));
  await copyFile(join(folder, 'html/keys.js'), join(folder, 'pages/keys.js'));
  serve(folder).listen(Number(port), '127.0.0.1', () => console.log(`examples: http://127.0.0.1:${port}/`));
}
