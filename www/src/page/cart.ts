// The sample order. Amounts in fen.

import type { Texts } from '../locale';

/** One line of the order. */
export interface Item {
  readonly name: (texts: Texts) => string;
  readonly detail: (texts: Texts) => string;
  readonly quantity: number;
  /** Price of one, in fen. */
  readonly price: number;
  /** A drawing in lines, on a square of 48. */
  readonly drawing: string;
}

export const ITEMS: readonly Item[] = [
  {
    name: (t) => t.chair,
    detail: (t) => t.chairDetail,
    quantity: 1,
    price: 129_900,
    drawing: 'M16 6h14q3 0 3 3v16q0 3-3 3H16q-3 0-3-3V9q0-3 3-3ZM10 28h27M23 28v9M14 42l9-5 9 5M23 37v5M9 21v7M37 21v7',
  },
  {
    name: (t) => t.lamp,
    detail: (t) => t.lampDetail,
    quantity: 1,
    price: 18_900,
    drawing: 'M14 42h18M23 42V30L12 19 24 9M21 6l11 11q4-2 4-6-4-7-10-8-4 0-5 3ZM33 21l3 4M37 17l5 1',
  },
];

export const DELIVERY = 1_200;

export const SUBTOTAL = ITEMS.reduce((sum, item) => sum + item.quantity * item.price, 0);

export const TOTAL = SUBTOTAL + DELIVERY;
