import type { Application, Assessment, FactInput, Precheck } from './index.js';

/** What `precheck-change` carries, on every keystroke. */
export interface PrecheckChange extends Assessment {
  /** Whether every field is fine, and every question answered. */
  isComplete: boolean;
}

/**
 * `<credit-precheck>`: the form of a scenario and, beside it, what would follow. Everything happens on the page; nothing is
 * sent, and `submit` does nothing.
 *
 * | attribute | what |
 * |---|---|
 * | `bundle`, `keys` | what `load` takes; the element loads when it has both |
 * | `wasm`, `integrity` | the same, where they are needed |
 * | `scenario` | which form; `activation` without it |
 * | `locale` | `zh-CN` or `en`; the language of the document without it |
 * | `as-of` | the day; today in Shanghai without it |
 *
 * Events bubble and cross shadow roots: `precheck-ready` with `{ precheck }`, `precheck-change` with {@link PrecheckChange},
 * `precheck-error` with `{ error }`. Slots: `heading`, `actions` (your buttons), `verdict` (in the place of the element's
 * own, for pages that show what follows in their own words and markup), `unavailable` (shown when the engine cannot run). Parts: `form`, `row`, `label`, `control`, `hint`, `offer`, `verdict`, `headline`, `limit`, `reasons`, `note`,
 * `status`. Custom properties: `--precheck-accent`, `--precheck-border`, `--precheck-error`, `--precheck-gap`,
 * `--precheck-muted`, `--precheck-radius`, `--precheck-surface`.
 */
export class CreditPrecheck extends HTMLElement {
  /** An engine that the page has loaded; without it the element loads one by its attributes. It frees only its own. */
  precheck: Precheck | null;
  /** Facts that the page knows and nobody is asked for, as an application writes them. */
  facts: Record<string, FactInput>;
  /** What was last assessed; `null` before that. */
  readonly assessment: Assessment | null;
  /** What is filled in, for the server; `null` before there is a form. It holds personal data. */
  application(): Application | null;
  /** Puts the focus on the control of a field or a fact; `false` where the form has none. */
  focusOn(name: string): boolean;
}

declare global {
  interface HTMLElementTagNameMap {
    'credit-precheck': CreditPrecheck;
  }
  interface HTMLElementEventMap {
    'precheck-ready': CustomEvent<{ precheck: Precheck }>;
    'precheck-change': CustomEvent<PrecheckChange>;
    'precheck-error': CustomEvent<{ error: unknown }>;
  }
}
