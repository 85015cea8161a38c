/// <reference lib="esnext.disposable" />
import type { LoadOptions, Precheck, PolicyTypes } from './index.js';

export { BundleError, EngineError, INTEGRITY, InputError, LoadError, PrecheckError, VERSION } from './index.js';

export interface WorkerOptions extends LoadOptions {
  /** A worker that runs `worker-thread.js`, where a bundler or a policy of the page wants it to be made elsewhere. */
  worker?: Worker;
}

type Method =
  | 'assess'
  | 'assessText'
  | 'checkField'
  | 'earliest'
  | 'plans'
  | 'policy'
  | 'reason'
  | 'reasons'
  | 'version';

/** The engine in a worker: every answer is a promise. */
export type RemotePrecheck<P extends PolicyTypes = PolicyTypes> = {
  [M in Method]: (...values: Parameters<Precheck<P>[M]>) => Promise<ReturnType<Precheck<P>[M]>>;
} & {
  /** Ends the worker; what still waits is rejected with `worker-ended`. */
  free(): void;
  [Symbol.dispose](): void;
};

/**
 * Loads a policy in a worker of its own. Addresses are relative to the page. A worker that does not start has the code
 * `worker-unavailable`.
 */
export function load<P extends PolicyTypes = PolicyTypes>(options: WorkerOptions): Promise<RemotePrecheck<P>>;
