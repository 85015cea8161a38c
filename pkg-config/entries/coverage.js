// What of a policy a set of cases reaches, as far as answers show it. Which rules, bins and bands a case reaches is not in
// an answer: the native `precheck test` says that.

const KINDS = ['scenarios', 'decisions', 'reasons', 'facts', 'codes'];

export class Coverage {
  #counts = Object.fromEntries(KINDS.map((kind) => [kind, new Map()]));

  /** Nothing reached yet. `engines` have the bundles, by audience. */
  constructor(engines) {
    for (const engine of Object.values(engines)) {
      for (const { code } of engine.reasons('en')) this.#declare('reasons', code);
      for (const { name, facts } of engine.policy('en').scenarios) {
        this.#declare('scenarios', name);
        for (const fact of facts) {
          this.#declare('facts', fact.name);
          for (const { code } of [...fact.codes, ...fact.specials]) this.#declare('codes', `${fact.name}: ${code}`);
        }
      }
    }
  }

  #declare(kind, name) {
    if (!this.#counts[kind].has(name)) this.#counts[kind].set(name, 0);
  }

  /** Counts a case with its outcome. */
  count({ application }, outcome) {
    const reached = new Set([`scenarios ${outcome.scenario}`]);
    // What is certain is shown; what is one of several is not.
    if (outcome.decisions.length === 1) reached.add(`decisions ${outcome.scenario}: ${outcome.decisions[0]}`);
    for (const { code } of outcome.reasons) reached.add(`reasons ${code}`);
    for (const [name, value] of Object.entries(application.facts ?? {})) {
      reached.add(`facts ${name}`);
      const code = typeof value === 'object' ? value.special : value;
      reached.add(`codes ${name}: ${code}`);
    }
    for (const one of reached) {
      const [kind, name] = [one.slice(0, one.indexOf(' ')), one.slice(one.indexOf(' ') + 1)];
      // Decisions are not declared: which of them a scenario can come to is for the policy to know.
      if (kind === 'decisions') this.#declare(kind, name);
      const counts = this.#counts[kind];
      if (counts.has(name)) counts.set(name, counts.get(name) + 1);
    }
  }

  /** By kind: how many there are, how many are reached, and which never; all of them with their cases if asked. */
  report(isWhole) {
    return KINDS.map((kind) => {
      const items = [...this.#counts[kind]].map(([name, cases]) => ({ name, cases }));
      const never = items.filter(({ cases }) => cases === 0).map(({ name }) => name);
      // Of decisions only those that were shown are known here.
      const all = kind === 'decisions' ? null : items.length;
      return { kind, all, reached: items.length - never.length, never, items: isWhole ? items : null };
    });
  }
}
