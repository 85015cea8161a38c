import type { LoadOptions, LoadSyncOptions, Precheck, PolicyTypes } from './index.js';

export * from './index.js';

/** Loads a policy; there is no module to load. */
export function load<P extends PolicyTypes = PolicyTypes>(
  options: Omit<LoadOptions, 'wasm' | 'integrity'>,
): Promise<Precheck<P>>;

/** The same at once, of bytes. */
export function loadSync<P extends PolicyTypes = PolicyTypes>(options: Omit<LoadSyncOptions, 'wasm'>): Precheck<P>;
