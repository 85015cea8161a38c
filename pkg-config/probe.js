// Looks at what the device can do, and says it as facts of a policy.
//
// JavaScript and not part of the module: where the module cannot run, this is what finds out why. Nothing is sent unless
// an address is given, nothing is stored unless that is asked for, and nothing here identifies a device.
import { PrecheckError } from './error.js';

/**
 * From where on something counts as a hindrance. Five minutes are what Kerberos recommends to allow a clock (RFC 4120,
 * section 8.2); with 1.5 seconds a round trip, a page that needs several of them is given up by the person or by a proxy.
 */
export const PROBE_LIMITS = Object.freeze({ clockSeconds: 300, latencyMs: 1500 });

const ROUND_TRIPS = 3;

// A `Date` header has whole seconds, and servers renew it once a second: it may be two seconds behind.
const DATE_STEP_MS = 2000;

// The smallest modules that use what the engine is compiled with, in the format of the specification: each validates
// exactly where the feature is there.
const HEADER = [0, 97, 115, 109, 1, 0, 0, 0];
const TYPE = [1, 4, 1, 96, 0, 0];
const FUNCTION = [3, 2, 1, 0];
const body = (...code) => [10, code.length + 4, 1, code.length + 2, 0, ...code, 11];
const FEATURES = {
  'bulk-memory': [...TYPE, ...FUNCTION, 5, 3, 1, 0, 1, ...body(65, 0, 65, 0, 65, 0, 252, 10, 0, 0)],
  'multi-value': [1, 6, 1, 96, 0, 2, 127, 127, ...FUNCTION, ...body(65, 0, 65, 0)],
  'mutable-globals': [2, 8, 1, 1, 97, 1, 98, 3, 127, 1],
  'reference-types': [...TYPE, ...FUNCTION, ...body(208, 112, 26)],
  'saturating-float-to-int': [...TYPE, ...FUNCTION, ...body(67, 0, 0, 0, 0, 252, 0, 26)],
  'sign-extension': [...TYPE, ...FUNCTION, ...body(65, 0, 192, 26)],
};

function missingFeatures() {
  const can = (bytes) => {
    try {
      return WebAssembly.validate(new Uint8Array(bytes));
    } catch {
      return false;
    }
  };
  if (!can(HEADER)) return ['webassembly'];
  return Object.keys(FEATURES).filter((name) => !can([...HEADER, ...FEATURES[name]]));
}

async function hashes() {
  try {
    const hash = await globalThis.crypto.subtle.digest('SHA-256', new Uint8Array(1));
    return hash.byteLength === 32;
  } catch {
    return false; // No WebCrypto, or none outside of a secure context.
  }
}

async function stores() {
  const key = 'precheck-probe';
  let works = false;
  try {
    const storage = globalThis.localStorage;
    if (storage.getItem(key) === null) {
      storage.setItem(key, key);
      works = storage.getItem(key) === key;
      storage.removeItem(key);
    }
  } catch {
    works = false; // Switched off, full, or a page without an origin.
  }
  let quota = null;
  try {
    quota = (await globalThis.navigator.storage.estimate()).quota ?? null;
  } catch {
    quota = null; // Not told.
  }
  return { works, quota };
}

/** One round trip. `null` when no answer came: no network, no server, or no time left. */
async function roundTrip(url, signal, milliseconds) {
  const controller = new AbortController();
  const stop = () => controller.abort();
  const timer = setTimeout(stop, Math.max(0, milliseconds));
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  const sent = Date.now();
  const start = performance.now();
  try {
    const answer = await fetch(url, {
      method: 'HEAD',
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'manual',
      referrerPolicy: 'no-referrer',
      signal: controller.signal,
    });
    const latency = performance.now() - start;
    const { status, headers } = answer;
    // Wi-Fi that wants a log-in, and proxies, answer in the server's place.
    const isRedirect = answer.type === 'opaqueredirect' || (status >= 300 && status < 400);
    const intercepted = isRedirect || status === 407 || status === 511;
    const age = Number.parseInt(headers.get('age') ?? '0', 10) || 0;
    const date = intercepted ? NaN : Date.parse(headers.get('date') ?? '') + age * 1000;
    return { sent, received: sent + latency, latency, intercepted, date, status, via: headers.get('via') };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/**
 * How far the device is ahead of the server, in milliseconds. The answer was written between sending and receiving, in
 * the step of time that its header names; so each round trip gives an interval, and all of them what they share.
 */
function skewOf(trips) {
  const bounds = trips
    .filter(({ date }) => Number.isFinite(date))
    .map(({ sent, received, date }) => [sent - date - DATE_STEP_MS, received - date]);
  if (bounds.length === 0) return null;
  let low = Math.max(...bounds.map(([least]) => least));
  let high = Math.min(...bounds.map(([, most]) => most));
  // Servers that disagree, or a clock that was set meanwhile: the narrowest is the one to go by.
  if (low > high) [low, high] = bounds.sort((one, other) => one[1] - one[0] - (other[1] - other[0]))[0];
  return { seconds: (low + high) / 2000, uncertainty: (high - low) / 2000 };
}

function median(numbers) {
  const sorted = numbers.slice().sort((one, other) => one - other);
  return sorted.length === 0 ? null : sorted[sorted.length >> 1];
}

async function network(url, signal, deadline) {
  const trips = [];
  let asked = 0;
  while (asked < ROUND_TRIPS && !signal?.aborted && performance.now() < deadline) {
    asked += 1;
    // Each may take what is left for it and those after it: one that hangs does not use up the time of all.
    const share = (deadline - performance.now()) / (ROUND_TRIPS + 1 - asked);
    const trip = await roundTrip(url, signal, share);
    if (trip) trips.push(trip);
  }
  const own = trips.filter((trip) => !trip.intercepted);
  const latency = median(own.map((trip) => trip.latency));
  return {
    asked,
    answered: own.length,
    intercepted: own.length < trips.length,
    latencyMs: latency === null ? null : Math.round(latency),
    status: own[own.length - 1]?.status ?? null,
    via: own.find((trip) => trip.via)?.via ?? null,
    clock: skewOf(own),
  };
}

/** What the measurements are as facts. What was not measured is left out, and so unknown. */
function facts({ online, connection, network: met, clock, secure, webcrypto, wasm, storage }) {
  const said = {};
  if (wasm.missing.length > 0) said.browser_supported = false;
  // Without a secure context there is no WebCrypto anywhere: that is the page's doing, and no device's.
  else if (secure !== false) said.browser_supported = webcrypto;
  if (online === false || met?.intercepted) said.network = 'offline';
  else if (met?.answered) {
    const isSteady = met.answered === met.asked && met.latencyMs <= PROBE_LIMITS.latencyMs;
    said.network = isSteady ? 'stable' : 'unstable';
  } else if (!met && (connection === 'slow-2g' || connection === '2g')) said.network = 'unstable';
  if (met?.answered) said.latency_ms = met.latencyMs;
  if (clock) {
    const least = Math.abs(clock.seconds) - clock.uncertainty;
    const most = Math.abs(clock.seconds) + clock.uncertainty;
    if (least > PROBE_LIMITS.clockSeconds) said.clock = 'wrong';
    else if (most <= PROBE_LIMITS.clockSeconds) said.clock = 'right';
    said.clock_ahead_seconds = Math.round(clock.seconds);
  }
  if (storage) said.storage_works = storage.works;
  return said;
}

/** Looks at the device. See `index.d.ts`. */
export async function probe({ url, timeout = 4000, signal, storage = false } = {}) {
  let address = null;
  if (url !== undefined && url !== null) {
    try {
      address = new URL(url, globalThis.location?.href);
    } catch (cause) {
      const help = 'Pass a small page of the server that answers directly, such as `/healthz`.';
      throw new PrecheckError('probe-url', '`url` is no address', { cause, help });
    }
  }
  if (!(timeout >= 0)) throw new PrecheckError('probe-timeout', '`timeout` is no duration', { help: 'Pass milliseconds.' });
  const stopped = () => {
    if (signal?.aborted) throw signal.reason ?? new DOMException('stopped', 'AbortError');
  };
  stopped();
  const navigator = globalThis.navigator;
  const online = navigator?.onLine ?? null;
  const deadline = performance.now() + timeout;
  // A device that knows that it has no network is not asked to use it.
  const isAsked = address !== null && online !== false;
  const [webcrypto, stored, met] = await Promise.all([
    hashes(),
    storage ? stores() : null,
    isAsked ? network(address, signal, deadline) : null,
  ]);
  stopped();
  const { clock = null, ...rest } = met ?? {};
  const found = {
    online,
    connection: navigator?.connection?.effectiveType ?? null,
    network: met && rest,
    clock,
    secure: globalThis.isSecureContext ?? null,
    webcrypto,
    wasm: { missing: missingFeatures() },
    storage: stored,
  };
  return { ...found, facts: facts(found) };
}

/** Those of the facts that a scenario of a policy has, as it declares them. See `index.d.ts`. */
export function factsFor(policy, scenario, measured) {
  const declared = policy.scenarios.find((one) => one.name === scenario)?.facts ?? [];
  const said = {};
  for (const { name, kind, codes, min, max, asked } of declared) {
    const value = measured[name];
    if (asked || value === undefined) continue; // What a person is asked for is theirs to say.
    if (kind === 'bool' && typeof value === 'boolean') said[name] = value;
    if (kind === 'code' && codes.some(({ code }) => code === value)) said[name] = value;
    if (kind === 'integer' && Number.isInteger(value)) said[name] = Math.min(Math.max(value, min), max);
  }
  return said;
}
