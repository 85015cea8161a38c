// Loads the engine and a policy. Importing this does nothing.
import { PrecheckError } from './error.js';
import init, { Engine, environment, version } from './precheck.js';

export { factsFor, probe, PROBE_LIMITS } from './probe.js';
export { PrecheckError };

// Fetches an address; in Node, reads a file.
async function open(source) {
  source = await source;
  if (typeof source === 'string' || source instanceof URL) {
    const fs = String(source).startsWith('file:') && globalThis.process?.getBuiltinModule?.('node:fs/promises');
    source = fs ? await fs.readFile(new URL(source)) : await fetch(source);
  }
  if (source instanceof Response && !source.ok) throw new Error(`${source.url}: HTTP ${source.status}`);
  return source;
}

/** The flags of a packed what-if verdict, and the states that `setState` takes. */
export const WHAT_IF = Object.freeze({
  TIGHT: 1 << 8,
  REFUSED: 1 << 9,
  CONTRADICTS: 1 << 10,
  UNKNOWN: 0,
  MISSING: 1,
  SPECIAL: 2,
});

const DECISIONS = ['approve', 'refer', 'retry-later', 'decline'];
const decisions = (bits) => DECISIONS.filter((_, place) => (bits >> place) & 1);

/** A packed what-if verdict in full. */
export const unpackWhatIf = (packed) => ({
  decisions: decisions(packed),
  ifChecksPass: decisions(packed >> 4),
  tight: (packed & WHAT_IF.TIGHT) !== 0,
  refused: (packed & WHAT_IF.REFUSED) !== 0,
  contradicts: (packed & WHAT_IF.CONTRADICTS) !== 0,
});

let ready;

// Once; after a failure the next call tries again.
function start(wasm) {
  ready ??= (async () => {
    try {
      wasm ??= new URL('./precheck_bg.wasm', import.meta.url);
      await init({ module_or_path: await open(wasm) });
    } catch (cause) {
      ready = undefined;
      throw new PrecheckError('wasm-unavailable', 'the engine could not be loaded', {
        cause,
        help: "Serve precheck_bg.wasm and allow it: script-src 'wasm-unsafe-eval'.",
      });
    }
  })();
  return ready;
}

async function bytes(bundle) {
  try {
    let source = await open(bundle);
    if (source instanceof Response) source = await source.arrayBuffer();
    if (source instanceof ArrayBuffer) return new Uint8Array(source);
    if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
    throw new TypeError('neither bytes nor an address');
  } catch (cause) {
    throw new PrecheckError('bundle-unavailable', 'the policy bundle could not be fetched', {
      cause,
      help: 'Pass bytes or the address of a public bundle.',
    });
  }
}

function call(code, help, work) {
  try {
    return work();
  } catch (cause) {
    const message = cause?.message ?? cause?.problems?.[0]?.text ?? String(cause);
    throw new PrecheckError(cause?.code ?? code, message, { problems: cause?.problems, cause, help });
  }
}

// The policy's day is that of Shanghai, which is eight hours ahead of UTC all year.
const shanghai = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);

/** Loads the engine, once, and a policy that a trusted key has signed. */
export async function load({ bundle, keys, audience = 'public', today = shanghai(), notBelow = 0, wasm } = {}) {
  // The engine would take anything that is no number for 0, and so for no bound.
  if (!Number.isInteger(notBelow) || notBelow < 0 || notBelow >= 2 ** 32) {
    throw new PrecheckError('version-malformed', '`notBelow` is no version', { help: 'Pass a whole number, or 0.' });
  }
  const trusted = [keys ?? ''].flat().join('\n');
  const [policy] = await Promise.all([bytes(bundle), start(wasm)]);
  const help = 'The text says what to do; `precheck inspect --trust FILE` says the same of a file.';
  const engine = call('bundle-refused', help, () => new Engine(policy, trusted, audience, today, notBelow));
  const ask = (work) => call('engine-failed', 'Load again; report the input that did this.', work);
  return {
    assess: (application, locale) => ask(() => engine.assess(application, locale)),
    assessText: (application, locale) => ask(() => engine.assessText(application, locale)),
    plans: (application, wish, locale) => ask(() => engine.plans(application, wish, locale)),
    whatIf: (application) => {
      const handle = ask(() => engine.whatIf(application));
      return {
        fact: (name) => call('engine-failed', 'The view of the policy lists the facts.', () => handle.fact(name)),
        verdict: () => handle.verdict(),
        set: (fact, value) => handle.set(fact, value),
        setState: (fact, state) => handle.setState(fact, state),
        get scoreMin() {
          return handle.scoreMin;
        },
        get scoreMax() {
          return handle.scoreMax;
        },
        free: () => handle.free(),
      };
    },
    policy: (locale) => ask(() => engine.policy(locale)),
    checkField: (...field) => ask(() => engine.checkField(...field)),
    checkFieldPacked: (kind, value, asOfDays) => engine.checkFieldPacked(kind, value, asOfDays),
    environment,
    version,
    free: () => engine.free(),
  };
}
