import '../node_modules/@precheck/core/element.js';
import { KEYS } from './keys.js';

const element = document.querySelector('credit-precheck');
window.seen = [];
for (const name of ['precheck-ready', 'precheck-change', 'precheck-error']) {
  document.addEventListener(name, ({ detail }) => window.seen.push([name, detail.outcome?.status ?? detail.error?.code ?? null, detail.isComplete ?? null]));
}
element.setAttribute('bundle', new URLSearchParams(location.search).get('bundle') ?? 'policy.bundle');
element.setAttribute('keys', KEYS);
