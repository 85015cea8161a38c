// Compiles the module and starts the engine. What differs between surroundings is passed in: where the module is by
// default, and how an address is read.
import { Precheck } from './engine.js';
import { LoadError, PrecheckError } from './error.js';
import { glue } from './glue.js';
import { checked } from './integrity.js';
import { Runtime } from './runtime.js';
import { bundleAtOnce, bundleOf, bytesOf, unavailable, until } from './source.js';

const CSP = "Serve core.wasm and allow it: script-src 'wasm-unsafe-eval'. `@precheck/core/js` does without WebAssembly.";

const isModule = (source) => Object.prototype.toString.call(source) === '[object WebAssembly.Module]';

async function moduleOf(source, integrity) {
  if (isModule(source)) {
    if (!integrity) return source;
    throw new LoadError('integrity-unchecked', 'a compiled module has no bytes to check', {
      help: 'Pass bytes or an address together with `integrity`.',
    });
  }
  // With the wrong type a browser refuses to compile while it loads; then, and to be checked, the bytes come first.
  const type = source?.headers?.get('content-type');
  if (!integrity && type === 'application/wasm' && WebAssembly.compileStreaming) {
    return WebAssembly.compileStreaming(source);
  }
  return WebAssembly.compile(await checked(await bytesOf(source), integrity));
}

function runtimeOf(module, first) {
  return new Runtime(() => {
    const next = glue();
    next.attach(new WebAssembly.Instance(module, next.imports()));
    return next;
  }, first);
}

async function start(source, integrity) {
  try {
    const module = await moduleOf(await source, integrity);
    const first = glue();
    first.attach(await WebAssembly.instantiate(module, first.imports()));
    return runtimeOf(module, first);
  } catch (cause) {
    throw unavailable('wasm', cause, CSP);
  }
}

const started = new Map();
const startedBy = new WeakMap();

/** The engine out of a source: once for each, and after a failure the next call tries again. */
async function engineOf(source, open, integrity = '') {
  const isObject = typeof source === 'object' && !(source instanceof URL);
  if (isObject && !startedBy.has(source)) startedBy.set(source, new Map());
  // What was loaded without a hash, or with another, proves nothing about this one.
  const [all, key] = isObject ? [startedBy.get(source), integrity] : [started, `${integrity} ${source}`];
  const known = all.get(key);
  // One that trapped where it could not be replaced at once is no use to anybody.
  if (known && (await known.catch(() => null))?.now) return known;
  if (!known || all.get(key) === known) {
    const promise = start(isObject ? source : open(source), integrity);
    all.set(key, promise);
    promise.catch(() => all.delete(key));
  }
  return all.get(key);
}

/** Loads a policy. `core` says where the module is when the caller does not, `open` reads an address. */
export async function loadFrom(core, open, { bundle, wasm, integrity, signal, ...options } = {}) {
  const engine = async () => engineOf(wasm ?? core(), open, integrity);
  const [policy, runtime] = await until(signal, Promise.all([bundleOf(open, bundle, signal), engine()]));
  return new Precheck(runtime, policy, options);
}

const startedAtOnce = new WeakMap();

/** The same at once: of bytes, or of a module that was compiled before. */
export function loadSyncFrom(core, { bundle, wasm, ...options } = {}) {
  const policy = bundleAtOnce(bundle);
  try {
    const source = wasm ?? core();
    if (!startedAtOnce.get(source)?.now) {
      const module = isModule(source) ? source : new WebAssembly.Module(source);
      startedAtOnce.set(source, runtimeOf(module));
    }
    return new Precheck(startedAtOnce.get(source), policy, options);
  } catch (cause) {
    if (cause instanceof PrecheckError) throw cause;
    throw unavailable('wasm', cause, '`loadSync` needs the bytes of core.wasm, or a module; a page has to use `load`.');
  }
}
