// Services of a test's own: one with keys, and one whose state others must not see.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { type APIRequestContext, test as base } from '@playwright/test';

const ROOT = resolve(import.meta.dirname, '../..');
const PROGRAM = process.env['PRECHECK_BIN'] ?? join(ROOT, 'target/debug/precheck');
const DEMO_ACCOUNTS = join(ROOT, 'server/demo/accounts.json');

/** A service that runs. */
export interface Service {
  readonly origin: string;
  /** A folder that goes with it. */
  readonly folder: string;
  /** The port that its webhooks go to, where it has any; nobody listens there. */
  readonly hook: number;
  /** Where the sandbox shows what text messages it took; empty without one. */
  readonly messages: string;
}

/** One that asks for keys. */
export interface Keyed extends Service {
  /** The key of the shop's own server: for decisions and sessions. */
  readonly shop: string;
  /** The key of a member of staff. */
  readonly staff: string;
}

const run = (...words: string[]): string => execFileSync(PROGRAM, words, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

/** Starts a service on a free port; the last word is for its own arguments. */
async function start(folder: string, ...more: string[]): Promise<{ child: ChildProcess; origin: string; messages: string }> {
  const words = ['serve', '--json', '--listen', '127.0.0.1:0', '--data', join(folder, 'data'), '--www', join(ROOT, 'dist/www')];
  words.push('--bundles', join(ROOT, 'dist/policies'), '--trust', join(ROOT, 'dist/keys/development.pub'), ...more);
  const child = spawn(PROGRAM, words, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  // Said before it listens; the rest of what it says there is read and forgotten.
  let messages = '';
  const noted = new Promise<void>((done) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      messages = /read them on (\S+)/.exec(line)?.[1] ?? messages;
      if (messages !== '') done();
    });
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { listening } = JSON.parse(line) as { listening: string };
    if (more.includes('--sandbox')) await noted;
    return { child, origin: `http://${listening}`, messages };
  }
  throw new Error('the service did not start');
}

async function during(more: (folder: string, hook: number) => string[], use: (service: Service) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'precheck-service-'));
  const hook = await freePort();
  const { child, origin, messages } = await start(folder, ...more(folder, hook));
  try {
    await use({ origin, folder, hook, messages });
  } finally {
    const ended = new Promise((done) => child.once('exit', done));
    child.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

export const test = base.extend<{ apart: Service; keyed: Keyed }>({
  // The first argument of a fixture says what it needs.
  apart: async ({}, use) => {
    await during((folder, hook) => ['--demo', '--accounts', accounts(folder), '--notices', channels(folder, hook)], use);
  },
  keyed: async ({}, use) => {
    const keys = { shop: '', staff: '' };
    const callers = (folder: string): string[] => {
      const file = join(folder, 'callers.toml');
      keys.shop = run('caller', 'new', 'shop', '--scopes', 'decide,pre-check', '--file', file);
      keys.staff = run('caller', 'new', 'staff', '--scopes', 'operate', '--file', file);
      return ['--callers', file, '--accounts', DEMO_ACCOUNTS, '--sandbox'];
    };
    await during(callers, (service) => use({ ...service, ...keys }));
  },
});

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}

/** A file of channels: one webhook, which gives up at once. */
function channels(folder: string, hook: number): string {
  writeFileSync(join(folder, 'hook.key'), `whsec_${Buffer.alloc(32, 'k').toString('base64')}\n`, { mode: 0o600 });
  const file = join(folder, 'notices.toml');
  const pace = 'timeout_ms = 2000\nretry_first_ms = 60\nretry_most_ms = 200\ngive_up_ms = 300\n';
  writeFileSync(file, `[[channel]]\nid = "shop"\n${pace}webhook = { url = "http://127.0.0.1:${hook}/", key_file = "hook.key" }\n`);
  return file;
}

/** The demo accounts, and one about which the risk module is mistaken. */
function accounts(folder: string): string {
  const all = JSON.parse(readFileSync(DEMO_ACCOUNTS, 'utf8')) as { id: string; facts: object }[];
  const good = all.find(({ id }) => id === 'demo-good');
  const file = join(folder, 'accounts.json');
  writeFileSync(file, JSON.stringify([...all, { ...good, id: 'demo-mistaken', facts: { ...good?.facts, risk_module: 20 } }]));
  return file;
}

/** Puts a policy beside the one in force: the sample under a higher version, which asks for more income. */
export async function putBeside({ origin, folder }: Service): Promise<void> {
  const pack = join(folder, 'pack');
  cpSync(join(ROOT, 'policies/baitiao'), pack, { recursive: true });
  const file = join(pack, 'policy.toml');
  const policy = readFileSync(file, 'utf8');
  const [version = '', number] = /^version\s*=\s*(\d+)/m.exec(policy) ?? [];
  const [income = ''] = /^minimum_income\s*=.*value = "2000\.00"/m.exec(policy) ?? [];
  writeFileSync(file, policy.replace(version, `version = ${Number(number) + 1}`).replace(income, income.replace('2000', '3000')));
  const out = join(folder, 'candidate');
  run('build', pack, '--key', join(ROOT, 'dist/keys/development.key'), '--out', out);
  const bundles = ['server', 'public'].map((side) => join(out, `baitiao.${side}.bundle`));
  // It waits for the service, which this process has to let run.
  await promisify(execFile)(PROGRAM, ['operate', '--service', origin, 'put', ...bundles, '--candidate', '--because', 'A stricter minimum.'], { cwd: ROOT });
}

/** Asks for a session as the shop's own server would. */
export async function session(request: APIRequestContext, { origin, shop }: Keyed, account: string): Promise<string> {
  const answer = await request.post(`${origin}/v1/sessions`, { headers: { Authorization: `Bearer ${shop}` }, data: { account } });
  return ((await answer.json()) as { token: string }).token;
}
