// For browsers and whatever fetches. Importing this does nothing.
import { loadFrom, loadSyncFrom } from './load.js';
import { fetched } from './source.js';

export * from './exports.js';

const core = () => new URL('./core.wasm', import.meta.url);

/** Loads the engine, once, and a policy that a trusted key has signed. */
export const load = (options) => loadFrom(core, fetched, options);

/** The same at once, of bytes. */
export const loadSync = (options) => loadSyncFrom(() => undefined, options);
