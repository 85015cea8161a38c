// Acts on a line, by account. What is done is told to the person, with the reason.

import { formatFen, parseHundredths } from '../../lib/amount';
import { h } from '../../lib/dom';
import { locale } from '../../locale';
import type { Line } from '../../server/person';
import { actOnLine } from '../operate';
import { choice, type Desk, Field, form, problem, put, type Sheet, table } from '../parts';
import { words } from '../words';

/** Which acts take a limit, and which may end by themselves. */
const WITH_LIMIT: readonly string[] = ['propose', 'raise', 'lower', 'offer'];
const WITH_END: readonly string[] = ['restrict', 'freeze'];

export async function lines(desk: Desk, about: string | null): Promise<Sheet> {
  const w = words();
  const shown = h('div', { 'aria-live': 'polite' });
  const account = new Field('account', w.accountId);
  account.input.value = about ?? '';
  const act = choice('act', w.act, Object.entries(w.lineActs));
  const limit = new Field('limit', w.limit);
  const until = new Field('until', w.until, '', 'date');
  const because = new Field('because', w.because, w.becauseHelp, 'lines');
  const fit = (): void => {
    limit.root.hidden = !WITH_LIMIT.includes(act.value() ?? '');
    until.root.hidden = !WITH_END.includes(act.value() ?? '');
  };
  act.select.addEventListener('change', fit);
  fit();
  const send = async (): Promise<void> => {
    const wanted = act.value();
    const fen = WITH_LIMIT.includes(wanted ?? '') ? parseHundredths(limit.value) : undefined;
    const day = WITH_END.includes(wanted ?? '') && until.value !== '' ? until.value : undefined;
    limit.say(fen === null ? w.limitWrong : null);
    const isTold = because.isThere(w.becauseMissing);
    if (fen === null) limit.input.focus();
    if (!account.isThere(w.accountMissing) || !isTold || fen === null || wanted === undefined) return;
    const done = await actOnLine(account.value, {
      act: wanted,
      because: because.value,
      locale: locale(),
      ...(fen === undefined ? {} : { limit: fen }),
      ...(day === undefined ? {} : { until: day }),
    });
    put(shown, [done.ok ? now(done.value) : problem(desk, done.problem)], !done.ok);
  };
  return { title: w.places_.lines, content: [form(w.lines, w.send, [account.root, act.root, limit.root, until.root, because.root], send), shown] };
}

function now(line: Line): HTMLElement {
  const w = words();
  const amount = (fen: number | null): string => (fen === null || fen === 0 ? '–' : formatFen(fen));
  const rows = [[line.account, w.lineStates[line.state] ?? line.state, amount(line.limit), amount(line.proposed), line.until ?? '–', line.closes ?? '–']];
  return table(w.lineNow, [w.account, w.state, w.limit, w.proposed, w.until, w.closes], rows, 'line');
}
