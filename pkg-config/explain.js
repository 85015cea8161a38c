// A notice laid out: one sentence or one screen, as plain text or as HTML. The same bytes as `precheck assess --length`.
import { InputError } from './error.js';

const HEADINGS = {
  'zh-CN': ['填写有误', '原因', '可能的原因', '可以找谁', '还要核对', '还想知道'],
  en: ['To put right', 'Reasons', 'Possible reasons', 'Who to talk to', 'Still to be checked', 'Worth telling'],
};

const OPEN = '\u2068';
const CLOSE = '\u2069';
// Controls but the line break, and what turns the direction of the text that follows.
const HARMFUL = /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** The text without anything that reaches beyond it: what is open at the end is closed. */
function harmless(text) {
  let depth = 0;
  const plain = text.replace(HARMFUL, (one) => {
    if (one === OPEN) depth += 1;
    else if (one === CLOSE && depth > 0) depth -= 1;
    else return '\ufffd';
    return one;
  });
  return plain + CLOSE.repeat(depth);
}

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '\n': '<br>', [OPEN]: '<bdi>', [CLOSE]: '</bdi>' };
// The only place that escapes.
const element = (name, text) =>
  `<${name}>${harmless(text).replace(/[&<>"'\n\u2068\u2069]/g, (one) => ESCAPES[one])}</${name}>\n`;

const linesOf = ({ title, text, until, help }) => [title, text, until, help].filter(Boolean);

/** Paragraphs, then headings with lists, then what is said below everything else. */
function screen(notice) {
  const { detail, limit, fields, form = [], reasons, possible, contacts, checks, ask, locale } = notice;
  const lists = [
    [...fields, ...form].map((one) => [one.message]),
    reasons.map(linesOf),
    possible.map(linesOf),
    contacts.map((one) => [one.text]),
    checks.map((one) => [one.title]),
    ask.map((one) => [one.question]),
  ];
  const sections = lists.map((items, at) => ({ heading: HEADINGS[locale][at], items }));
  return {
    paragraphs: limit === undefined ? [detail] : [detail, limit],
    sections: sections.filter(({ items }) => items.length > 0),
  };
}

const indented = (text) => harmless(text).replace(/\n/g, '\n  ');

/** Lays the notice of an assessment out, or that of a decision. */
export function explain(notice, { length = 'screen', format = 'text' } = {}) {
  if (!['short', 'screen'].includes(length) || !['text', 'html'].includes(format)) {
    throw new InputError('explanation-unknown', `there is no explanation \`${length}\` as \`${format}\``, {
      help: 'Lengths are `short` and `screen`, formats `text` and `html`.',
    });
  }
  const isShort = length === 'short';
  const title = isShort ? notice.short : notice.headline;
  const { paragraphs, sections } = isShort ? { paragraphs: [], sections: [] } : screen(notice);
  if (format === 'html') {
    const list = (items) => items.map((lines) => `<li>\n${lines.map((line) => element('p', line)).join('')}</li>\n`).join('');
    const parts = [
      element('h2', title),
      ...paragraphs.map((text) => element('p', text)),
      ...sections.map(({ heading, items }) => `${element('h3', heading)}<ul>\n${list(items)}</ul>\n`),
      isShort ? '' : element('p', notice.note),
    ];
    return `<section class="precheck-explanation" lang="${notice.locale}">\n${parts.join('')}</section>\n`;
  }
  const item = (lines) => lines.map((line, at) => `${at ? '  ' : '- '}${indented(line)}\n`).join('');
  return [
    ...[title, ...paragraphs].map((text) => `${harmless(text)}\n`),
    ...sections.map(({ heading, items }) => `\n${harmless(heading)}\n${items.map(item).join('')}`),
    isShort ? '' : `\n${harmless(notice.note)}\n`,
  ].join('');
}
