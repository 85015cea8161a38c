import type { Application, Audience, Outcome, PolicyOptions, Precheck, Source } from './index.js';

/** One line that a case states: of the outcome, or with a locale of its texts. */
export interface Line {
  locale: 'zh-CN' | 'en' | null;
  key: string;
  value: string | (string | number)[];
}

/** A case file: a Markdown file with a `case` block and an `expect` block, both TOML. */
export interface Case {
  file: string;
  /** Folder and file, such as `closure/balance-open`. */
  name: string;
  /** Whose bundle it runs on. */
  bundle: Audience;
  /** The rows of a catalogue that it shows; the author's own names. */
  covers: string[];
  application: Application;
  expect: Line[];
  /** Line of the file on which the `expect` block opens, from 1. */
  line: number;
}

/** What came of a case. */
export interface Ran {
  passed: boolean;
  /** Lines that were expected and are not there. */
  missing: Line[];
  /** Lines that are there and were not expected. */
  unexpected: Line[];
  /** All of them. */
  actual: Line[];
  outcome: Outcome;
}

/** Bundles, each for the audience that it says itself, and the keys that may sign them. */
export interface Sources extends Omit<PolicyOptions, 'audience'> {
  bundle: Source | Source[];
}

/** Reads a case out of the text of its file. Throws an `InputError` that names the line. */
export function readCase(text: string, file?: string): Case;

/** The case files at paths: files, folders of them, or patterns such as `cases/**\/*.md`; sorted. */
export function findCases(paths: string | string[]): Promise<string[]>;

/** Loads bundles, by audience. */
export function loadAll(sources: Sources): Promise<Partial<Record<Audience, Precheck>>>;

/** The engine that a case runs on. Throws `bundle-missing`. */
export function engineFor(one: Case, engines: Partial<Record<Audience, Precheck>>): Precheck;

/** Runs a case. Throws what the application throws. */
export function runCase(one: Case, precheck: Precheck): Ran;

/** What differs, for people: a line each. */
export function differences(ran: Ran): string[];

/** A line as a file has it. */
export function lineText(line: Line): string;

/** An outcome as a case states it. */
export function summary(outcome: Outcome): Record<string, (string | number)[]>;

/** The text of a case with another expectation. */
export function updated(one: Case, actual: Line[]): string;

/** Writes that text into the file. */
export function updateCase(one: Case, actual: Line[]): Promise<void>;

/**
 * Makes one test for each case file. `test` is that of `node:test`, of Vitest, or any other that takes a name and a
 * function.
 */
export function scenario(
  test: (name: string, run: () => Promise<void>) => unknown,
  options: Sources & { cases: string | string[] },
): Promise<void>;
