// What somebody fills in: fields and facts of one scenario, looked at on every keystroke.
import { dayNumber, today } from './day.js';
import { DISPOSE } from './dispose.js';
import { InputError } from './error.js';
import { WHAT_IF } from './what-if.js';

const wrong = (code, message, help) => new InputError(code, message, { help });

/** The number of a fact's value for `WhatIf.set`; `undefined` where it has none. */
function numberOf({ kind, codes }, value) {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  if (kind === 'code') return codes.findIndex(({ code }) => code === value);
  return kind === 'date' ? dayNumber(value) : undefined;
}

/** The state that a fact is put into when it has no value; `undefined` where the value says more than a number. */
function stateOf({ specials }, value) {
  if (value === undefined || value?.state === 'unknown') return WHAT_IF.UNKNOWN;
  if (value?.state === 'missing') return WHAT_IF.MISSING;
  const place = specials.findIndex(({ code }) => code === value?.special);
  return place < 0 ? undefined : WHAT_IF.SPECIAL + place;
}

/** The state of a form; `form` makes it. */
class Form {
  #precheck;
  #scenario;
  #asOf;
  #locale;
  #kinds;
  #declared;
  #fields = {};
  #facts = {};
  #packed = {};
  #whatIf = null;

  constructor(precheck, scenario, { asOf = today(), locale }) {
    const found = precheck.policy(locale).scenarios.find(({ name }) => name === scenario);
    if (!found) throw wrong('scenario-unknown', `the policy has no scenario \`${scenario}\``, '`policy()` lists them.');
    this.#precheck = precheck;
    this.#scenario = scenario;
    this.#asOf = asOf;
    this.#locale = locale;
    this.#kinds = new Map(found.fields.map(({ name, kind }) => [name, kind]));
    this.#declared = new Map(found.facts.map((fact) => [fact.name, fact]));
    for (const { name } of found.fields) this.type(name, '');
  }

  #kind(name) {
    const kind = this.#kinds.get(name);
    if (kind) return kind;
    throw wrong('field-unknown', `the scenario has no field \`${name}\``, '`policy()` lists the fields of a scenario.');
  }

  /** A field as it stands after a keystroke; returns the packed check, which `unpackField` reads. */
  type(name, value) {
    const packed = this.#precheck.checkFieldPacked(this.#kind(name), value, dayNumber(this.#asOf));
    this.#fields[name] = `${value}`;
    this.#packed[name] = packed;
    // Fields give facts, such as an age.
    this.#drop();
    return packed;
  }

  /** The check of a field in words. */
  check(name, locale = this.#locale) {
    return this.#precheck.checkField(this.#kind(name), this.#fields[name], this.#asOf, locale);
  }

  /**
   * A fact as an application writes it, `undefined` to take it back; returns the packed verdict, which `unpackWhatIf`
   * reads. With the flag `REFUSED` nothing has changed.
   */
  put(name, value) {
    const fact = this.#declared.get(name);
    if (!fact) throw wrong('fact-unknown', `the scenario has no fact \`${name}\``, '`policy()` lists the facts of a scenario.');
    const number = numberOf(fact, value);
    const state = number === undefined ? stateOf(fact, value) : undefined;
    const facts = { ...this.#facts, [name]: value };
    if (value === undefined) delete facts[name];
    if (number === undefined && state === undefined) {
      // Ranges and decimals are read by the engine; it refuses what is neither before anything here changes.
      const whatIf = this.#precheck.whatIf({ ...this.application(), facts });
      this.#drop();
      this.#whatIf = { handle: whatIf, numbers: new Map() };
      this.#facts = facts;
      return whatIf.verdict();
    }
    const { handle, numbers } = this.#open();
    if (!numbers.has(name)) numbers.set(name, handle.fact(name));
    const place = numbers.get(name);
    const verdict = number === undefined ? handle.setState(place, state) : handle.set(place, number);
    if (!(verdict & WHAT_IF.REFUSED)) this.#facts = facts;
    return verdict;
  }

  /** The packed verdict on what is there now. */
  verdict() {
    return this.#open().handle.verdict();
  }

  #open() {
    this.#whatIf ??= { handle: this.#precheck.whatIf(this.application()), numbers: new Map() };
    return this.#whatIf;
  }

  #drop() {
    this.#whatIf?.handle.free();
    this.#whatIf = null;
  }

  /** Whether every field is fine, and every fact that is asked for is given. */
  get isComplete() {
    const facts = [...this.#declared.values()].filter(({ asked }) => asked);
    // The lowest bit of a packed check is set for `incomplete` and `invalid`, not for `ok` and `warn`.
    return Object.values(this.#packed).every((packed) => !(packed & 1)) && facts.every(({ name }) => name in this.#facts);
  }

  /** What is filled in, for `assess`; fields that are empty are left out. */
  application() {
    const fields = { ...this.#fields };
    for (const name of Object.keys(fields)) if (fields[name] === '') delete fields[name];
    return { scenario: this.#scenario, as_of: this.#asOf, fields, facts: { ...this.#facts } };
  }

  /** Assesses what is filled in. */
  assess(locale = this.#locale) {
    return this.#precheck.assess(this.application(), locale);
  }

  /** Gives its memory back; it takes some again when it is used again. */
  free() {
    this.#drop();
  }

  [DISPOSE]() {
    this.free();
  }
}

/** Begins an empty form for a scenario. */
export const form = (precheck, scenario, options = {}) => new Form(precheck, scenario, options);
