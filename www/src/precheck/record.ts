// What a decision is known by: its number and time, to print, to share, or to show at a counter as a QR code.
//
// The code holds the number and nothing else; what draws it is fetched when somebody asks for it.

import { decisionLink } from '../help/links';
import { h, svg } from '../lib/dom';
import { shanghaiMinute } from '../lib/today';
import { locale, texts } from '../locale';
import type { Decided } from '../server/api';

/** White around a code, in modules: what ISO/IEC 18004 asks for. */
const QUIET = 4;

/** Builds the end of a decision. `announce` says what somebody just asked for. */
export function record(decided: Decided, announce: (text: string) => void = () => undefined): HTMLElement {
  const t = texts();
  const row = (name: string, value: string, id: string): HTMLElement =>
    h('div', {}, h('dt', {}, name), h('dd', { class: 'digits', 'data-testid': id }, value));
  const place = h('div', { class: 'qr', hidden: true, 'data-testid': 'qr' });
  const said = h('p', { class: 'small', hidden: true, 'data-testid': 'copied' });
  const button = (name: string, id: string, go: () => Promise<void>): HTMLElement => {
    const made = h('button', { type: 'button', class: 'secondary', 'data-testid': id }, name);
    made.addEventListener('click', () => void go());
    return made;
  };
  const show = async (): Promise<void> => {
    place.hidden = false;
    if (place.childElementCount > 0) return;
    try {
      const { default: encode } = await import('qr');
      place.replaceChildren(drawn(encode(decided.id, 'raw', { border: QUIET }), t.qrLabel(decided.id)), h('p', { class: 'small' }, t.qrNote));
    } catch {
      place.replaceChildren(h('p', { class: 'small' }, t.qrFailed));
    }
  };
  const copy = async (): Promise<void> => {
    const link = decisionLink(decided.id, locale());
    try {
      await navigator.clipboard.writeText(link);
      said.textContent = t.copied;
    } catch {
      said.textContent = `${t.copyFailed} ${link}`;
    }
    said.hidden = false;
    announce(said.textContent);
  };
  const print = async (): Promise<void> => {
    await show();
    window.print();
  };
  return h(
    'div',
    { class: 'record-all' },
    h(
      'dl',
      { class: 'record' },
      row(t.decisionId, decided.id, 'decision-id'),
      row(t.decidedAt, `${shanghaiMinute(decided.decided_at)} ${t.beijing}`, 'decided-at'),
    ),
    h('div', { class: 'actions no-print' }, button(t.print, 'print', print), button(t.copyLink, 'copy-link', copy), button(t.showQr, 'show-qr', show)),
    said,
    place,
  );
}

/** Draws a code, dark on white in every scheme: cameras expect it so. */
function drawn(modules: readonly (readonly boolean[])[], label: string): SVGElement {
  const size = modules.length;
  const path = modules.flatMap((line, y) => line.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1Z`] : []))).join('');
  return svg(
    'svg',
    { class: 'qr-code', viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': label, 'shape-rendering': 'crispEdges' },
    svg('rect', { width: size, height: size, class: 'qr-light' }),
    svg('path', { d: path, class: 'qr-dark' }),
  );
}
