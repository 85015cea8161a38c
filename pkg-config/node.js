// For Node. Importing this does nothing.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

import { loadFrom, loadSyncFrom } from './load.js';
import { fetched } from './source.js';

export * from './exports.js';

const core = () => new URL('./core.wasm', import.meta.url);

// A text that is no address is a path, and a letter and a colon are a drive.
const isAddress = (source) => (source instanceof URL ? source.protocol !== 'file:' : /^(?!file:)[a-z][a-z\d+.-]+:/i.test(source));
const isPlace = (source) => typeof source === 'string' || source instanceof URL;
const pathOf = (source) => (typeof source === 'string' && source.startsWith('file:') ? new URL(source) : source);

async function open(source, signal) {
  source = await source;
  return isPlace(source) && !isAddress(source) ? readFile(pathOf(source), { signal }) : fetched(source, signal);
}

/** Loads the engine, once, and a policy that a trusted key has signed. */
export const load = (options) => loadFrom(core, open, options);

let bytes;

/** The same at once; the module is read from the package where none is given. */
export const loadSync = (options) => loadSyncFrom(() => (bytes ??= readFileSync(core())), options);
