// The engine as JavaScript, for pages that may not run WebAssembly and for browsers that cannot.
import { Precheck } from '../engine.js';
import { Runtime } from '../runtime.js';
import { bundleAtOnce, bundleOf, fetched, until } from '../source.js';
import { instantiate } from './core.old.js';
import { glue } from './glue.js';

export * from '../exports.js';

let runtime;

const engine = () =>
  (runtime ??= new Runtime(() => {
    const next = glue();
    next.attach({ exports: instantiate(next.imports()) });
    return next;
  }));

/** Loads a policy that a trusted key has signed. */
export const load = async ({ bundle, signal, ...options } = {}) =>
  new Precheck(engine(), await until(signal, bundleOf(fetched, bundle, signal)), options);

/** The same at once, of bytes. */
export const loadSync = ({ bundle, ...options } = {}) => new Precheck(engine(), bundleAtOnce(bundle), options);
