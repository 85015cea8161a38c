import { readFile } from 'node:fs/promises';
import { load } from '@precheck/core';

const precheck = await load({ bundle: 'policy.bundle', keys: await readFile('trusted.pub', 'utf8'), locale: 'en' });
const as_of = new Date().toISOString().slice(0, 10);
const { notice } = precheck.assess({ scenario: 'activation', as_of, facts: { monthly_income: 150000 } });
console.log(notice.headline);
