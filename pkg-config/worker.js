// The engine in a worker: the page does not wait for it, and every answer is a promise. Importing this does nothing.
import { DISPOSE } from './dispose.js';
import { errorClass, LoadError } from './error.js';

export { INTEGRITY, VERSION } from './about.js';
export { BundleError, EngineError, InputError, LoadError, PrecheckError } from './error.js';

const METHODS = 'assess assessText checkField earliest plans policy reason reasons version'.split(' ');

/** A source as it can be sent: an address in full, bytes, or a module. */
async function sendable(source) {
  source = await source;
  if (typeof source === 'string' || source instanceof URL) return `${new URL(source, document.baseURI)}`;
  return typeof source?.arrayBuffer === 'function' ? source.arrayBuffer() : source;
}

/** The first of the person's languages that the engine speaks; a worker is not told them everywhere. */
function localeOfPage() {
  const tags = navigator.languages.map((tag) => tag.split('-')[0].toLowerCase());
  return tags.find((tag) => tag === 'zh' || tag === 'en') === 'en' ? 'en' : 'zh-CN';
}

/** Loads a policy in a worker of its own. */
export async function load({ signal, worker, bundle, wasm, ...options } = {}) {
  if (signal?.aborted) throw signal.reason;
  const thread = worker ?? new Worker(new URL('./worker-thread.js', import.meta.url), { type: 'module', name: 'precheck' });
  const waiting = new Map();
  let last = 0;
  let ended = null;

  const end = (error) => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    thread.terminate();
  };
  const failed = (cause) =>
    new LoadError('worker-unavailable', 'the worker could not be started', {
      cause,
      help: "Serve worker-thread.js from the page's origin, and allow it: worker-src 'self'.",
    });
  thread.addEventListener('error', (event) => end(failed(event)));
  thread.addEventListener('messageerror', (event) => end(failed(event)));
  thread.addEventListener('message', ({ data: { id, value, error } }) => {
    const { resolve, reject } = waiting.get(id) ?? {};
    waiting.delete(id);
    if (!error) return resolve?.(value);
    const { name, code, message, ...rest } = error;
    return reject?.(new (errorClass(name))(code, message, rest));
  });
  const ask = (method, values) =>
    new Promise((resolve, reject) => {
      if (ended) throw ended;
      last += 1;
      waiting.set(last, { resolve, reject });
      // What cannot be sent throws here, and so rejects.
      thread.postMessage({ id: last, method, values });
    });

  const abort = () => end(signal.reason);
  signal?.addEventListener('abort', abort);
  try {
    const source = { locale: localeOfPage(), ...options, bundle: await sendable(bundle) };
    if (wasm) source.wasm = await sendable(wasm);
    await ask('load', [source]);
  } catch (error) {
    thread.terminate();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
  const free = () => end(new LoadError('worker-ended', 'the worker was ended', { help: 'Load again.' }));
  const remote = Object.fromEntries(METHODS.map((method) => [method, (...values) => ask(method, values)]));
  return { ...remote, free, [DISPOSE]: free };
}
