// The examples for Node run as they stand, with the package as npm installs it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { install } from '../lib/examples.mjs';
import { PACKAGE } from '../lib/package.mjs';

const run = promisify(execFile);
let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'precheck-examples-'));
  const packed = join(PACKAGE, '..');
  const tarball = (await readdir(packed)).find((name) => name.endsWith('.tgz'));
  await install(folder, join(packed, tarball), ['node-esm', 'node-cjs']);
});
after(() => rm(folder, { recursive: true, force: true }));

for (const name of ['node-esm', 'node-cjs']) {
  test(`the example ${name} says what follows`, async () => {
    const cwd = join(folder, name);
    const { scripts } = JSON.parse(await readFile(join(cwd, 'package.json'), 'utf8'));
    const { stdout } = await run(process.execPath, scripts.start.split(' ').slice(1), { cwd });
    assert.match(stdout, /^[A-Z].{5,}\n$/);
  });
}

test('npm puts the command on the path', async () => {
  const name = process.platform === 'win32' ? 'precheck.cmd' : 'precheck';
  const { stdout } = await run(join(folder, 'node_modules/.bin', name), ['--version']);
  const { version } = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8'));
  assert.equal(stdout, `${version}\n`);
});
