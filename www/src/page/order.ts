// The order as the shopper sees it: what, where to, how much.

import { h, svg } from '../lib/dom';
import { formatFen } from '../lib/amount';
import { say } from '../locale';
import { DELIVERY, type Item, ITEMS, SUBTOTAL, TOTAL } from './cart';

/** Builds the section. */
export function order(): HTMLElement {
  const sums = h(
    'dl',
    { class: 'sums' },
    row('subtotal', SUBTOTAL),
    row('delivery', DELIVERY),
    row('total', TOTAL),
  );
  return h(
    'section',
    { class: 'card order', 'aria-labelledby': 'order-title' },
    say(h('h2', { id: 'order-title' }), (t) => t.order),
    h('ul', { class: 'items' }, ...ITEMS.map(line)),
    h(
      'div',
      { class: 'deliver' },
      say(h('h3'), (t) => t.deliverTo),
      say(h('p'), (t) => t.receiver),
      say(h('p'), (t) => t.address),
    ),
    sums,
  );
}

function row(name: 'subtotal' | 'delivery' | 'total', fen: number): HTMLElement {
  return h('div', { class: name }, say(h('dt'), (t) => t[name]), h('dd', { class: 'digits' }, formatFen(fen)));
}

function line(item: Item): HTMLElement {
  return h(
    'li',
    {},
    svg('svg', { class: 'drawing', viewBox: '0 0 48 48', 'aria-hidden': 'true' }, svg('path', { d: item.drawing })),
    h('div', {}, say(h('p', { class: 'item-name' }), item.name), say(h('p', { class: 'small' }), item.detail)),
    h(
      'p',
      { class: 'digits item-price' },
      formatFen(item.price),
      ' ',
      say(h('span', { class: 'small' }), (t) => t.quantity(item.quantity)),
    ),
  );
}
