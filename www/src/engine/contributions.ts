// What each thing that is known does to the score, out of the engine's own answers: how far the range of the score moves when
// it becomes known. Nothing is computed here but differences, so base and steps add up to both ends exactly, and what only
// the server scores stays inside of the range that the public policy gives for it.
//
// Two things that count together, such as income and repayments in a ratio, are told at the one that becomes known second.

import type { Application, Engine, FactView } from './types';

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

/** Takes a score apart; `null` where the scenario has none. The application must be one that the engine takes. */
export function contributions(engine: Engine, application: Application, facts: readonly FactView[]): Contributions | null {
  const given = facts.map(({ name }) => name).filter((name) => name in application.facts);
  const ends = (fields: Application['fields'], known: readonly string[]): { min: number; max: number } | null => {
    const part = Object.fromEntries(Object.entries(application.facts).filter(([name]) => known.includes(name)));
    return engine.assess({ ...application, fields, facts: part }, 'zh-CN').outcome.score;
  };
  const start = ends({}, []);
  if (!start) return null;
  const stages = [null, ...given].map((fact, at) => ({ fact, now: ends(application.fields, given.slice(0, at)) ?? start }));
  let before = start;
  const steps = stages.map(({ fact, now }): Step => {
    const step = { fact, gained: now.min - before.min, missed: before.max - now.max };
    before = now;
    return step;
  });
  return {
    least: start.min,
    most: start.max,
    steps: steps.filter(({ gained, missed }) => gained !== 0 || missed !== 0),
    min: before.min,
    max: before.max,
  };
}
