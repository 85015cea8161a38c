import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { usePrecheck } from './use-precheck.js';

function Form() {
  const { precheck, error } = usePrecheck('policy.bundle');
  const [phone, setPhone] = useState('');
  const [income, setIncome] = useState('');
  if (error) return <p role="alert">{`${error.message} (${error.code})`}</p>;
  if (!precheck) return <p>One moment…</p>;
  const facts = { monthly_income: Math.round(Number(income) * 100) }; // in fen
  const application = { scenario: 'activation', as_of: new Date().toISOString().slice(0, 10), facts };
  return (
    <>
      <p>
        <label>
          Mobile number <input id="phone" inputMode="tel" value={phone} onChange={(event) => setPhone(event.target.value)} />
        </label>{' '}
        <output id="hint">{phone && (precheck.checkField('cn_mobile', phone).message ?? 'fine')}</output>
      </p>
      <p>
        <label>
          Monthly income in yuan{' '}
          <input id="income" inputMode="numeric" value={income} onChange={(event) => setIncome(event.target.value)} />
        </label>{' '}
        <output id="result">{income && precheck.assess(application).notice.headline}</output>
      </p>
    </>
  );
}

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <Form />
  </StrictMode>,
);
