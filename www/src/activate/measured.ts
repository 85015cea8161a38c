// What the page measures on the device for the decision: three short questions to the service, and nothing about the person.

import type { Form } from '../server/activation';

/** The facts of the scenario that a device can tell. */
const FACTS = ['browser_supported', 'network', 'clock'];

/** Answers at once, without a redirect, and tells the server's time. */
const PING = '/healthz';
const PATIENCE_MS = 2_500;

/** What could be measured; the rest is left out, and is the server's to decide without. */
export async function measured(): Promise<Form['facts']> {
  try {
    const { probe } = await import('@precheck/core/probe');
    const { facts } = await probe({ url: PING, timeout: PATIENCE_MS });
    return Object.fromEntries(FACTS.flatMap((name) => (facts[name] === undefined ? [] : [[name, facts[name]]]))) as Form['facts'];
  } catch {
    return {};
  }
}
