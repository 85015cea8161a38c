// Starts the engine. Whatever keeps it from running — a blocked module, a damaged bundle, a slow line — ends here as
// one answer, "not available", and the page stays usable without it.

import { load } from '@precheck/core';

import { today } from '../lib/today';
import type { Obstacle } from './obstacle';
import type { Engine } from './types';

/** The keys that may sign the policy; the build writes them in, see vite.config.js. */
declare const TRUSTED_KEYS: string;

const BUNDLE = '/v1/bundles/public';

/** How long the page waits before it says that it does without. */
const PATIENCE_MS = 2_500;

/** The engine, or what keeps it from running. */
export type Started = { readonly engine: Engine; readonly obstacle: null } | { readonly engine: null; readonly obstacle: Obstacle };

export interface Start {
  /** Resolves within {@link PATIENCE_MS}. */
  readonly soon: Promise<Started>;
  /** Resolves when it is certain; an engine that comes late is still welcome. */
  readonly certain: Promise<Started>;
}

/** What kept the engine from loading. The code that finds out is fetched only now: most never need it. */
async function why(error: unknown): Promise<Obstacle> {
  try {
    const { obstacle } = await import('./obstacle');
    return await obstacle(error);
  } catch {
    return navigator.onLine ? 'server' : 'offline';
  }
}

/** Begins to load the engine and the public policy; may be called again after a failure. */
export function startEngine(): Start {
  const certain = load({ bundle: BUNDLE, keys: TRUSTED_KEYS, today: today() }).then(
    (engine): Started => ({ engine: engine as Engine, obstacle: null }),
    async (error: unknown): Promise<Started> => {
      // Codes only: no value that anybody typed is in reach here.
      console.warn('precheck: engine not available', error);
      return { engine: null, obstacle: await why(error) };
    },
  );
  const slow: Started = { engine: null, obstacle: 'slow' };
  const patience = new Promise<Started>((resolve) => setTimeout(() => resolve(slow), PATIENCE_MS));
  return { certain, soon: Promise.race([certain, patience]) };
}
