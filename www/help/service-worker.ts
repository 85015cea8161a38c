// Keeps the files of the help centre, so that it opens without a network.
//
// It keeps what the build lists and the public policy, and nothing else: no decision, no account, nothing that anybody
// typed. Files with a hash in their names are taken from what is kept; the page and the policy are asked for first, and what
// is kept is used when no answer comes. An old policy cannot do harm: the engine looks at its signature and its days.

/** The files and the name of what is kept, which the build writes in. */
declare const FILES: readonly string[];
declare const VERSION: string;

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface Fetched extends Event {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

const PREFIX = 'help-';
const NAME = `${PREFIX}${VERSION}`;
const PAGE = '/help/';
const BUNDLE = '/v1/bundles/public';
const HOSTS = '/help/hosts.json';
/** How long the network has before what is kept is good enough. */
const PATIENCE_MS = 3_000;

const worker = self as unknown as {
  addEventListener(name: 'install' | 'activate', listener: (event: Extendable) => void): void;
  addEventListener(name: 'fetch', listener: (event: Fetched) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
};

async function keep(): Promise<void> {
  const cache = await caches.open(NAME);
  await cache.addAll(FILES.map((path) => new Request(path, { cache: 'reload' })));
  // Help without the policy is help all the same.
  await Promise.allSettled([BUNDLE, HOSTS].map((path) => cache.add(path)));
}

async function forget(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== NAME).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** What is kept under a path, whatever the query says: `?lang=` and `?embed=` are the page's own matter. */
async function kept(path: string): Promise<Response | undefined> {
  return (await caches.open(NAME)).match(path);
}

async function fresh(request: Request, path: string): Promise<Response> {
  const answer = fetch(request);
  const asked = answer.then(async (found) => {
    if (found.ok && path !== PAGE) await (await caches.open(NAME)).put(path, found.clone());
    return found;
  });
  const patience = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), PATIENCE_MS));
  try {
    const found = await Promise.race([asked, patience]);
    if (found?.ok) return found;
    return (await kept(path)) ?? (await asked);
  } catch (error) {
    const found = await kept(path);
    if (found) return found;
    throw error;
  }
}

worker.addEventListener('install', (event) => event.waitUntil(keep().then(() => worker.skipWaiting())));
worker.addEventListener('activate', (event) => event.waitUntil(forget()));
worker.addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== location.origin) return;
  if ([PAGE, BUNDLE, HOSTS].includes(pathname)) event.respondWith(fresh(event.request, pathname));
  else if (FILES.includes(pathname)) event.respondWith(kept(pathname).then((found) => found ?? fetch(event.request)));
});

export {};
