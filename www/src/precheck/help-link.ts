// Links from a verdict into the help centre.

import { address, type Place } from '../help/links';
import { h } from '../lib/dom';
import { locale } from '../locale';

/** In the help centre another place of it; anywhere else in another tab, so that nothing typed is lost. */
export function helpLink(route: Place, text: string): HTMLElement {
  if (location.pathname.startsWith('/help/')) return h('a', { href: address(route) }, text);
  return h('a', { href: `/help/?lang=${locale()}${address(route)}`, target: '_blank' }, text);
}
