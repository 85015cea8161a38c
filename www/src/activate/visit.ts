// Which link somebody came with, and the secret that makes this the device that opened it.
//
// The token comes behind the `#` of the address, which no server gets to see, and leaves the address at once. Token and secret
// survive a reload in the storage of this tab, which ends with it; of the person there is nothing here.

import type { Bearer } from '../server/activation';

const NAME = 'activation';

/** Where storage is closed to this page, a reload begins anew. */
function stored(): Storage | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

function kept(): Bearer | null {
  try {
    const { token, device, position } = JSON.parse(stored()?.getItem(NAME) ?? '') as Bearer;
    return typeof token === 'string' && /^[0-9a-f]{64}$/.test(device) ? { token, device, position: Number(position) || 0 } : null;
  } catch {
    return null;
  }
}

/** 32 random bytes. Each link has its own, so that two of them say nothing about each other. */
function secret(): string {
  return [...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Keeps what survives a reload. */
export function keep(bearer: Bearer): void {
  try {
    stored()?.setItem(NAME, JSON.stringify(bearer));
  } catch {
    // Full, or closed: it lives as long as the page.
  }
}

/** Takes the link out of the address; else the one that this tab has; `null` where there is none. */
export function arrive(): Bearer | null {
  const said = location.hash.slice(1);
  const last = kept();
  if (said === '') return last;
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  // What no header can carry is no link: the server says so of a text of dots too.
  const token = /^[\w-]{1,200}$/.test(said) ? said : '.';
  const bearer = last?.token === token ? last : { token, device: secret(), position: 0 };
  keep(bearer);
  return bearer;
}
