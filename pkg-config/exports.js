// What every entry of the package has.
export { INTEGRITY, VERSION } from './about.js';
export { Precheck } from './engine.js';
export { BundleError, EngineError, InputError, LoadError, PrecheckError } from './error.js';
export { explain } from './explain.js';
export { FIELD_KINDS, unpackField } from './fields.js';
export { form } from './form.js';
export { factsFor, probe, PROBE_LIMITS } from './probe.js';
export { unpackWhatIf, WHAT_IF } from './what-if.js';
