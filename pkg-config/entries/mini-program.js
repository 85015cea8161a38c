// The engine for mini-programs, whose WebAssembly is called WXWebAssembly and reads files of the package only.
import { Precheck } from '../engine.js';
import { Runtime } from '../runtime.js';
import { bundleAtOnce, unavailable } from '../source.js';
import { TextDecoder, TextEncoder } from './codec.js';
import { glue } from './glue.js';

export * from '../exports.js';

/** Where the tools put this package. */
const CORE = '/miniprogram_npm/@precheck/core/core.wasm';

const HELP = 'WXWebAssembly needs base library 2.13 or later, and `wasm` a path in the package that begins with `/`.';

const codec = { TextDecoder, TextEncoder };
const started = new Map();

async function start(path) {
  try {
    const first = glue(codec);
    const { instance } = await WXWebAssembly.instantiate(path, first.imports());
    first.attach(instance);
    // It cannot be instantiated at once: after a trap the next `load` does it.
    return new Runtime(() => {
      throw new Error('load again');
    }, first);
  } catch (cause) {
    throw unavailable('wasm', cause, HELP);
  }
}

/** Loads the engine, once, and a policy out of its bytes. */
export async function load({ bundle, wasm = CORE, ...options } = {}) {
  const policy = bundleAtOnce(await bundle);
  const known = started.get(wasm);
  if (!known || !(await known.catch(() => null))?.now) started.set(wasm, start(wasm));
  return new Precheck(await started.get(wasm), policy, options);
}
