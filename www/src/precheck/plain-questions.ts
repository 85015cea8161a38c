// The questions of the form when the engine, which knows them, cannot run. They ask for what the server's decision
// needs, in the policy's words and in the order in which the engine asks them of somebody of whom nothing is known: another
// wording would ask for another number, and another order would move under whoever is typing when the engine comes. A browser
// test compares the two. With the engine there, the policy's own questions take their place.

import type { Question } from '../engine/types';
import { texts } from '../locale';

/** The scenario of this form. */
export const SCENARIO = 'activation';

/** Returns the questions in the language of the page. */
export function plainQuestions(): Question[] {
  const t = texts();
  const base = { asked: true, codes: [] };
  return [
    {
      ...base,
      name: 'employment',
      kind: 'code',
      label: t.plainEmployment,
      question: t.plainEmploymentQuestion,
      codes: [
        { code: 'employed', label: t.plainEmployed },
        { code: 'self-employed', label: t.plainSelfEmployed },
        { code: 'freelance', label: t.plainFreelance },
        { code: 'student', label: t.plainStudent },
        { code: 'retired', label: t.plainRetired },
        { code: 'none', label: t.plainNone },
      ],
    },
    { ...base, name: 'monthly_income', kind: 'money', label: t.plainIncome, question: t.plainIncomeQuestion },
    { ...base, name: 'monthly_debt', kind: 'money', label: t.plainDebt, question: t.plainDebtQuestion },
  ];
}
