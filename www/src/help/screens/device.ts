// What on this device may be in the way. Nothing is measured before somebody asks for it.

import { probe } from '@precheck/core';

import { type Started, startEngine } from '../../engine/start';
import { h } from '../../lib/dom';
import type { Frame, Screen } from '../frame';
import { mark, type Standing } from '../mark';
import { words } from '../words';

/** Answers at once, without a redirect, and tells the server's time. */
const PING = '/healthz';

type CheckName = keyof ReturnType<typeof words>['checks'];

interface Finding {
  readonly name: CheckName;
  readonly standing: Standing;
  readonly text: string;
}

export function device({ announcer }: Frame): Screen {
  const w = words();
  const list = h('ul', { class: 'findings', 'data-testid': 'findings' });
  const said = h('p', { class: 'lead', hidden: true, 'data-testid': 'device-summary' });
  const button = h('button', { type: 'button', class: 'primary' }, w.deviceStart);
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-disabled') === 'true') return;
    button.setAttribute('aria-disabled', 'true');
    button.textContent = w.deviceRunning;
    const found = await look();
    const count = found.filter(({ standing }) => standing === 'bad').length;
    said.hidden = false;
    said.textContent = w.deviceDone(count);
    announcer.sayNow(said.textContent);
    list.replaceChildren(...found.map(item));
    button.removeAttribute('aria-disabled');
    button.textContent = w.deviceAgain;
  });
  return { title: w.device, content: [h('p', { class: 'lead' }, w.deviceLead), h('p', {}, button), said, list] };
}

function item({ name, standing, text }: Finding): HTMLElement {
  const w = words();
  return h(
    'li',
    { 'data-check': name, 'data-standing': standing, class: 'finding' },
    mark(standing),
    h('div', {}, h('p', { class: 'task-name' }, w.checks[name].name, ' ', h('span', { class: 'standing' }, w[standing])), h('p', {}, text)),
  );
}

async function look(): Promise<Finding[]> {
  const w = words().checks;
  const [found, started] = await Promise.all([probe({ url: PING, storage: true }), startEngine().soon]);
  const { network, clock } = found;
  const latency = network?.latencyMs ?? null;
  const isSlow = found.facts['network'] === 'unstable';
  const minutes = Math.round(Math.abs(clock?.seconds ?? 0) / 60);
  const tell = (name: CheckName, standing: Standing, text: string): Finding => ({ name, standing, text });
  return [
    found.facts['network'] === 'offline' || found.online === false
      ? tell('online', 'bad', w.online.bad)
      : found.online === null
        ? tell('online', 'untold', w.online.untold)
        : tell('online', 'good', w.online.good),
    latency === null || network?.answered !== network?.asked
      ? tell('latency', 'bad', w.latency.bad)
      : isSlow
        ? tell('latency', 'doubtful', w.latency.doubtful(Math.round(latency)))
        : tell('latency', 'good', w.latency.good(Math.round(latency))),
    clock === null
      ? tell('clock', 'untold', w.clock.untold)
      : found.facts['clock'] === 'wrong'
        ? tell('clock', 'bad', w.clock.bad(minutes))
        : tell('clock', 'good', w.clock.good),
    found.webcrypto ? tell('webcrypto', 'good', w.webcrypto.good) : tell('webcrypto', 'bad', w.webcrypto.bad),
    found.storage?.works ? tell('storage', 'good', w.storage.good) : tell('storage', 'doubtful', w.storage.doubtful),
    found.wasm.missing.length === 0 ? tell('engine', 'good', w.engine.good) : tell('engine', 'bad', w.engine.bad(found.wasm.missing.join(' · '))),
    policy(started),
  ];

  function policy({ engine }: Started): Finding {
    return engine ? tell('policy', 'good', w.policy.good) : tell('policy', 'bad', w.policy.bad);
  }
}
