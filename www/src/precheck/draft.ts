// What was answered outlives a reload of the tab: amounts and choices, never who somebody is.
//
// While the page is there nothing is stored. It is written when the page goes, read once when it comes back, and gone then;
// nothing is written after a decision.

const NAME = 'precheck-draft';

type Draft = Record<string, string>;

function inputs(list: HTMLElement): HTMLInputElement[] {
  return [...list.querySelectorAll('input')];
}

/** Fills empty questions in with what was answered before a reload. */
export function restore(list: HTMLElement): void {
  const kept = take();
  for (const input of inputs(list)) {
    const value = kept[input.name];
    if (typeof value !== 'string') continue;
    if (input.type === 'radio') {
      const isAnswered = inputs(list).some((one) => one.name === input.name && one.checked);
      if (isAnswered || input.value !== value) continue;
      input.checked = true;
    } else if (input.value === '') input.value = value;
    else continue;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }
}

/** Writes down what is answered when the page goes, unless it was decided. */
export function keep(list: HTMLElement, isDecided: () => boolean): void {
  window.addEventListener('pagehide', () => {
    const answered = inputs(list).filter((input) => (input.type === 'radio' ? input.checked : input.value.trim() !== ''));
    if (isDecided() || answered.length === 0) return;
    try {
      sessionStorage.setItem(NAME, JSON.stringify(Object.fromEntries(answered.map(({ name, value }) => [name, value]))));
    } catch {
      // Storage that is full or switched off: a reload then begins anew.
    }
  });
  // A page that comes back as it was needs no notes.
  window.addEventListener('pageshow', ({ persisted }) => persisted && void take());
}

/** What was written down, which is gone then. */
function take(): Draft {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(NAME) ?? '{}');
    sessionStorage.removeItem(NAME);
    return Object(kept) as Draft;
  } catch {
    return {};
  }
}
