// Begins before the page is left, and goes on when it is shown again.
import { load } from '../node_modules/@precheck/core/index.js';
import { KEYS } from './keys.js';

const precheck = await load({ bundle: 'policy.bundle', keys: KEYS, locale: 'en' });
const application = { scenario: 'activation', as_of: '2026-11-22', facts: { monthly_income: 900_000 } };
const handle = precheck.whatIf(application);
const income = handle.fact('monthly_income');

addEventListener('pageshow', ({ persisted }) => {
  const verdict = handle.set(income, 100_000);
  const { status } = precheck.assess({ ...application, facts: { monthly_income: 100_000 } }).outcome;
  document.querySelector('#said').textContent = `${persisted} ${verdict & 15} ${status}`;
});
document.querySelector('#said').textContent = 'ready';
