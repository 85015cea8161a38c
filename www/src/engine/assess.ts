// One application, one document. A value outside of its domain must not silence the rest, so it is reported, left out,
// and the rest is assessed.

import { PrecheckError } from '@precheck/core';

import type { Locale } from '../locale';
import type { Application, Document, Engine } from './types';

/** A value that the engine refused. */
export interface Refused {
  readonly code: string;
  readonly text: string;
}

export interface Assessed {
  readonly document: Document;
  /** What was assessed: the application without what was refused. */
  readonly application: Application;
  /** By JSON Pointer, such as `/facts/monthly_income`. */
  readonly refused: ReadonlyMap<string, Refused>;
}

/** Assesses what is known. Throws only what no caller can mend. */
export function assess(engine: Engine, application: Application, locale: Locale): Assessed {
  try {
    return { document: engine.assess(application, locale), application, refused: new Map() };
  } catch (error) {
    if (!(error instanceof PrecheckError)) throw error;
    const refused = new Map(error.problems.map(({ at, code, text }) => [at, { code, text }]));
    const kept = <T>(place: string, members: Record<string, T>): Record<string, T> =>
      Object.fromEntries(Object.entries(members).filter(([name]) => !refused.has(`/${place}/${name}`)));
    const rest = {
      ...application,
      fields: kept('fields', application.fields),
      facts: kept('facts', application.facts),
    };
    return { document: engine.assess(rest, locale), application: rest, refused };
  }
}
