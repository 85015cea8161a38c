// Subresource integrity for what a page cannot mark with it: the module.
import { LoadError } from './error.js';

const BY_STRENGTH = ['sha512', 'sha384', 'sha256'];

/** The bytes, once their hash has been found to be one of those named. */
export async function checked(bytes, integrity) {
  if (!integrity) return bytes;
  const named = integrity.split(/\s+/).map((one) => /^(sha256|sha384|sha512)-([A-Za-z0-9+/_-]+=*)/.exec(one) ?? []);
  // As in the specification only the strongest kind counts; unlike there, nothing to go by is a slip and no permission.
  const kind = BY_STRENGTH.find((one) => named.some(([, name]) => name === one));
  if (!kind) {
    throw new LoadError('integrity-malformed', '`integrity` names no hash', {
      help: 'Write `sha384-…`, as in integrity.json of the package.',
    });
  }
  if (typeof crypto === 'undefined' || !crypto.subtle) {
    throw new LoadError('integrity-unchecked', 'there is no WebCrypto to check `integrity` with', {
      help: 'Serve the page over HTTPS.',
    });
  }
  const digest = new Uint8Array(await crypto.subtle.digest(kind.replace('sha', 'SHA-'), bytes));
  const found = btoa(String.fromCharCode(...digest));
  const plain = (text) => text.replace(/-/g, '+').replace(/_/g, '/');
  if (named.some(([, name, hash]) => name === kind && plain(hash) === found)) return bytes;
  throw new LoadError('integrity-mismatch', `the engine is not the one that was asked for: its hash is ${kind}-${found}`, {
    help: 'Serve the core.wasm of this version of the package, byte for byte, and name the hash of its integrity.json.',
  });
}
