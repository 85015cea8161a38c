// The tests import what is packed by its address; this is what the element is called there.
import type { CreditPrecheck } from '../../dist/npm/element.js';

declare global {
  interface HTMLElementTagNameMap {
    'credit-precheck': CreditPrecheck;
  }
}
