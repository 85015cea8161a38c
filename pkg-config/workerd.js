// For Cloudflare Workers and other surroundings that compile modules ahead and forbid to do so later.
import module from './core.wasm';

import { loadFrom, loadSyncFrom } from './load.js';
import { fetched } from './source.js';

export * from './exports.js';

/** Loads the engine, once, and a policy that a trusted key has signed. */
export const load = (options) => loadFrom(() => module, fetched, options);

/** The same at once, of bytes. */
export const loadSync = (options) => loadSyncFrom(() => module, options);
