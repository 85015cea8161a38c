// Node 20.19 and later load modules by `require`; before, `await import('@precheck/core')` does.
const { readFileSync } = require('node:fs');
const { loadSync } = require('@precheck/core');

const precheck = loadSync({ bundle: readFileSync('policy.bundle'), keys: readFileSync('trusted.pub', 'utf8'), locale: 'en' });
const as_of = new Date().toISOString().slice(0, 10);
const { notice } = precheck.assess({ scenario: 'activation', as_of, facts: { monthly_income: 150000 } });
console.log(notice.headline);
