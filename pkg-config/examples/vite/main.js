import { load } from '@precheck/core';
import { KEYS } from './keys.js';

const precheck = await load({ bundle: 'policy.bundle', keys: KEYS, locale: 'en' });

const find = (id) => document.getElementById(id);

find('phone').addEventListener('input', ({ target }) => {
  find('hint').textContent = precheck.checkField('cn_mobile', target.value).message ?? 'fine';
});

find('income').addEventListener('input', ({ target }) => {
  const facts = { monthly_income: Math.round(Number(target.value) * 100) }; // in fen
  const { notice } = precheck.assess({ scenario: 'activation', as_of: new Date().toISOString().slice(0, 10), facts });
  find('result').textContent = notice.headline;
});
