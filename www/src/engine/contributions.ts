// What each thing that is known does to the score, out of the engine's own answers: how far the range of the score moves when
// it becomes known. Nothing is computed here but differences, so base and steps add up to both ends exactly, and what only
// the server scores stays inside of the range that the public policy gives for it.
//
// Two things that count together, such as income and repayments in a ratio, are told at the one that becomes known second.

import type { Application, Engine, FactValue, FactView, Trial } from './types';

interface Ends {
  readonly min: number;
  readonly max: number;
}

/** What one thing does. */
export interface Step {
  /** Name of a fact; `null` for the identity fields. */
  readonly fact: string | null;
  /** By how much the least that the score can be rises: points that are certain now. */
  readonly gained: number;
  /** By how much the most falls: points that another answer would have. */
  readonly missed: number;
}

export interface Contributions {
  /** The ends of the score with nothing known. */
  readonly least: number;
  readonly most: number;
  /** What moves one of them, in the policy's order. */
  readonly steps: readonly Step[];
  /** The ends with everything known that is: `least` and what was gained, `most` without what was missed. */
  readonly min: number;
  readonly max: number;
}

const DAY_MS = 86_400_000;

/** The number of a value in the unit of its fact, as a trial takes it. */
function numberOf({ kind, codes, digits = 0 }: FactView, value: FactValue): number {
  if (typeof value !== 'string') return Number(value);
  if (kind === 'code') return codes.findIndex(({ code }) => code === value);
  if (kind === 'date') return Date.parse(`${value}T00:00:00Z`) / DAY_MS;
  const [whole = '', part = ''] = value.split('.');
  return Number(`${whole}${part.padEnd(digits, '0')}`);
}

/** Takes a score apart; `null` where the scenario has none. The application must be one that the engine takes. */
export function contributions(engine: Engine, application: Application, facts: readonly FactView[]): Contributions | null {
  const blank = { ...application, fields: {}, facts: {} };
  const ends = ({ scoreMin: min, scoreMax: max }: Trial): Ends | null => (min === undefined || max === undefined ? null : { min, max });
  const nothing = engine.whatIf(blank);
  const start = ends(nothing);
  nothing.free();
  if (!start) return null;
  const trial = engine.whatIf({ ...blank, fields: application.fields });
  let before = start;
  const steps: Step[] = [];
  const take = (fact: string | null): void => {
    const now = ends(trial) ?? before;
    const step = { fact, gained: now.min - before.min, missed: before.max - now.max };
    if (step.gained !== 0 || step.missed !== 0) steps.push(step);
    before = now;
  };
  take(null);
  for (const fact of facts) {
    const value = application.facts[fact.name];
    if (value === undefined) continue;
    trial.set(trial.fact(fact.name), numberOf(fact, value));
    take(fact.name);
  }
  trial.free();
  return { least: start.min, most: start.max, steps, min: before.min, max: before.max };
}
