// The commands of docs/operations.md run as they stand, one after the other, with a service that really runs.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

/** A port that was free a moment ago. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

test('a service is started, looked after, backed up and restored as the handbook says', async () => {
  const text = await readFile(`${ROOT}docs/operations.md`, 'utf8');
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map((match) => match[1]);
  assert.ok(blocks.length >= 8, 'the handbook has its boxes');
  const folder = await mkdtemp(join(tmpdir(), 'precheck-operations-'));
  try {
    await symlink(process.env.PRECHECK_BIN, join(folder, 'precheck'));
    // Whatever fails, the service goes with the shell.
    const before = 'set -euo pipefail\ntrap \'kill "$(cat service.pid)" 2> /dev/null || true\' EXIT\n';
    const script = before + blocks.join('\n').replaceAll(':8100', `:${await freePort()}`);
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, PACK: `${ROOT}policies/baitiao` };
    const ending = await run('bash', ['-c', script], { cwd: folder, env, timeout: 240_000 }).catch((error) => error);
    const told = await readFile(join(folder, 'service.log'), 'utf8').catch(() => '');
    assert.equal(ending.code ?? 0, 0, `${ending.stdout}\n${ending.stderr}\n${told}`);
    assert.match(ending.stdout, /decides with version 5/);
    assert.match(await readFile(join(folder, 'metrics.txt'), 'utf8'), /precheck_holds 0/);
    // What was done after the copy was made is missed: its checkpoints are in the service's log.
    const restored = JSON.parse(await readFile(join(folder, 'restored.json'), 'utf8'));
    assert.ok(Array.isArray(restored.findings), JSON.stringify(restored));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
