// The module inside of the JavaScript: one file to serve, and nothing to fetch but the policy. Importing this does nothing.
import { base64 } from './core.inline.js';
import { loadFrom, loadSyncFrom } from './load.js';
import { fetched } from './source.js';

export * from './exports.js';

let bytes;
const core = () => (bytes ??= Uint8Array.from(atob(base64), (one) => one.charCodeAt(0)));

/** Loads the engine, once, and a policy that a trusted key has signed. */
export const load = (options) => loadFrom(core, fetched, options);

/** The same at once, of bytes. */
export const loadSync = (options) => loadSyncFrom(core, options);
