// Starts the engine. Whatever keeps it from running — a blocked module, a damaged bundle, a slow line — ends here as
// one answer, "not available", and the page stays usable without it.

import { load } from '@precheck/core';

import { today } from '../lib/today';
import type { Engine } from './types';

/** The keys that may sign the policy; the build writes them in, see vite.config.js. */
declare const TRUSTED_KEYS: string;

const BUNDLE = '/v1/bundles/public';

/** How long the page waits before it says that it does without. */
const PATIENCE_MS = 2_500;

export interface Start {
  /** Resolves within {@link PATIENCE_MS}: the engine, or `null` when there is none yet. */
  readonly soon: Promise<Engine | null>;
  /** Resolves when it is certain; an engine that comes late is still welcome. */
  readonly certain: Promise<Engine | null>;
}

/** Begins to load the engine and the public policy. */
export function startEngine(): Start {
  const certain = load({ bundle: BUNDLE, keys: TRUSTED_KEYS, today: today() }).then(
    (engine) => engine as Engine,
    (error: unknown) => {
      // Codes only: no value that anybody typed is in reach here.
      console.warn('precheck: engine not available', error);
      return null;
    },
  );
  const patience = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
  return { certain, soon: Promise.race([certain, patience]) };
}
