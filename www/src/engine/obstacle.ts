// Why the pre-check cannot run on this device: a technical matter each time, found out as far as the page may look.

import { PrecheckError, probe } from '@precheck/core';

/**
 * | obstacle | what it means |
 * |---|---|
 * | `offline` | the device has no network, or something answers in the server's place |
 * | `old` | the browser lacks what the engine is made of |
 * | `blocked` | the browser could run it, but does not: an extension, a network that filters, a damaged file |
 * | `clock` | the policy is not valid by the device's clock, which is wrong |
 * | `server` | the server did not give the policy out |
 * | `policy` | the policy is not one that this page may use: ours to mend |
 * | `slow` | it is still on its way |
 */
export type Obstacle = 'offline' | 'old' | 'blocked' | 'clock' | 'server' | 'policy' | 'slow';

/** Answers at once, without a redirect, and tells the server's time. */
const PING = '/healthz';

/** What `load` throws for a bundle that is sound, on the wrong day. */
const BY_DAY = ['bundle-not-yet-valid', 'bundle-expired', 'bundle-key-period'];

/** Finds out what kept the engine from loading. */
export async function obstacle(error: unknown): Promise<Obstacle> {
  const code = error instanceof PrecheckError ? error.code : 'wasm-unavailable';
  const isByDay = BY_DAY.includes(code);
  // The clock is compared with the server's only where it matters.
  const { facts, wasm, network } = await probe(isByDay ? { url: PING } : {});
  if (facts['network'] === 'offline') return 'offline';
  if (code === 'wasm-unavailable') return wasm.missing.length > 0 ? 'old' : 'blocked';
  if (code === 'bundle-unavailable') return 'server';
  if (!isByDay) return 'policy';
  if (facts['clock'] === 'wrong') return 'clock';
  // Without the server's time nobody can say whose clock it is.
  return network?.answered ? 'policy' : 'server';
}
