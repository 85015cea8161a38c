import { load } from '@precheck/core/worker';
import { KEYS } from './keys.js';

const precheck = await load({ bundle: 'policy.bundle', keys: KEYS, locale: 'en' });

const find = (id) => document.getElementById(id);

// Every answer is a promise; one that comes after a later question is nobody's any more.
function latest(input, ask, show) {
  let last = 0;
  input.addEventListener('input', async () => {
    last += 1;
    const mine = last;
    const answer = await ask(input.value);
    if (mine === last) show(answer);
  });
}

latest(
  find('phone'),
  (value) => precheck.checkField('cn_mobile', value),
  ({ message }) => {
    find('hint').textContent = message ?? 'fine';
  },
);
latest(
  find('income'),
  (value) =>
    precheck.assess({
      scenario: 'activation',
      as_of: new Date().toISOString().slice(0, 10),
      facts: { monthly_income: Math.round(Number(value) * 100) }, // in fen
    }),
  ({ notice }) => {
    find('result').textContent = notice.headline;
  },
);
