// Reads what is to be loaded, whatever it was given as.
import { LoadError } from './error.js';

const NAMES = { wasm: 'engine', bundle: 'policy bundle' };

/** The error for something that did not arrive. */
export const unavailable = (what, cause, help) =>
  cause instanceof LoadError
    ? cause
    : new LoadError(`${what}-unavailable`, `the ${NAMES[what]} could not be loaded`, { cause, help });

/** What an address holds, as a `Response`; everything else as it is. */
export async function fetched(source, signal) {
  source = await source;
  if (typeof source === 'string' || source instanceof URL) source = await fetch(source, { signal });
  if (typeof Response === 'function' && source instanceof Response && !source.ok) {
    throw new Error(`${source.url}: HTTP ${source.status}`);
  }
  return source;
}

// By its tag, since the buffer of another frame is no instance of this one's class.
const isBuffer = (source) => Object.prototype.toString.call(source) === '[object ArrayBuffer]';

/** A view of bytes; `undefined` for anything else. */
export function viewOf(source) {
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  return isBuffer(source) ? new Uint8Array(source) : undefined;
}

/** Bytes out of whatever holds them. */
export async function bytesOf(source) {
  const view = viewOf(typeof source?.arrayBuffer === 'function' ? await source.arrayBuffer() : source);
  if (view) return view;
  throw new TypeError('neither bytes nor an address');
}

function stopIfAborted(signal) {
  if (signal?.aborted) throw signal.reason;
}

/** The bytes of a policy. */
export async function bundleOf(open, bundle, signal) {
  try {
    return await bytesOf(await open(await bundle, signal));
  } catch (cause) {
    stopIfAborted(signal);
    throw unavailable('bundle', cause, 'Pass bytes or the address of a public bundle.');
  }
}

/** The bytes of a policy, where there is no time to wait for them. */
export function bundleAtOnce(bundle) {
  const view = viewOf(bundle);
  if (view) return view;
  throw unavailable('bundle', new TypeError('no bytes'), '`loadSync` needs the bytes of a bundle; `load` fetches them.');
}

/** Ends early when the signal does. */
export async function until(signal, work) {
  if (!signal) return work;
  stopIfAborted(signal);
  let stop;
  const aborted = new Promise((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
