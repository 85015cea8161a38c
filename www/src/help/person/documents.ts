// Documents before they are handed in: chosen or dropped, looked at here first, removable. They stay in memory, as long as the
// page, so that another language or a new session costs nobody their choice; their names are shown to whoever chose them and
// sent to nobody.

import { h } from '../../lib/dom';
import { words } from './words';

/** The largest document that is taken, in bytes. */
export const MOST_BYTES = 1 << 20;
/** How many documents an appeal has at most. */
export const MOST_DOCUMENTS = 5;

/** The kinds that are taken, by how their files begin and end. The server looks more closely. */
const KINDS: Readonly<Record<string, (bytes: Uint8Array) => boolean>> = {
  'application/pdf': (bytes) => begins(bytes, [0x25, 0x50, 0x44, 0x46, 0x2d]) && /%%EOF\s*$/.test(latin(bytes.slice(-64))),
  'image/jpeg': (bytes) => begins(bytes, [0xff, 0xd8, 0xff]) && bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9,
  'image/png': (bytes) => begins(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) && latin(bytes.slice(-8, -4)) === 'IEND',
};

function begins(bytes: Uint8Array, with_: readonly number[]): boolean {
  return with_.every((byte, at) => bytes[at] === byte);
}

function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** Says why a file cannot be taken; `null` where it can. */
export async function faultOf(file: File, already: number): Promise<string | null> {
  const w = words();
  const isWhole = KINDS[file.type];
  if (already >= MOST_DOCUMENTS) return w.fileMany(file.name);
  if (!isWhole) return w.fileType(file.name);
  if (file.size === 0) return w.fileEmpty(file.name);
  if (file.size > MOST_BYTES) return w.fileLarge(file.name, sizeOf(file.size));
  try {
    return isWhole(new Uint8Array(await file.arrayBuffer())) ? null : w.fileBroken(file.name);
  } catch {
    // A file that was moved or changed since it was chosen.
    return w.fileBroken(file.name);
  }
}

/** Writes a size as people read it, rounded up where it decides whether something is too large. */
export function sizeOf(bytes: number): string {
  return bytes < 1 << 20 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(Math.ceil((bytes * 10) / (1 << 20)) / 10).toFixed(1)} MB`;
}

/** What is chosen, by what it is for. */
const kept = new Map<string, readonly File[]>();

/** Where documents are chosen. */
export class Documents {
  readonly root: HTMLElement;
  private files: readonly File[];
  private readonly list = h('ul', { class: 'documents', 'data-testid': 'documents' });
  private readonly faults = h('div', { class: 'stack', role: 'group' });
  private readonly button: HTMLButtonElement;

  /**
   * @param about what they are for
   * @param there how many were handed in already
   * @param announce says what somebody just did
   */
  constructor(
    private readonly about: string,
    private readonly there: number,
    private readonly announce: (text: string) => void,
  ) {
    const w = words();
    this.files = kept.get(about) ?? [];
    this.button = h('button', { type: 'button', class: 'secondary', 'aria-describedby': 'documents-help' }, w.documentsChoose);
    const input = h('input', { type: 'file', multiple: true, accept: Object.keys(KINDS).join(','), hidden: true, 'data-testid': 'files' });
    this.button.addEventListener('click', () => input.click());
    input.addEventListener('change', async () => {
      await this.add([...(input.files ?? [])]);
      // The same file may be chosen again after it was removed.
      input.value = '';
    });
    const zone = h('div', { class: 'drop', 'data-testid': 'drop' }, this.button, input, h('p', { class: 'small' }, w.documentsDrop));
    const over = (isOver: boolean) => (event: DragEvent): void => {
      event.preventDefault();
      zone.classList.toggle('is-over', isOver);
      if (!isOver && event.type === 'drop') void this.add([...(event.dataTransfer?.files ?? [])]);
    };
    for (const name of ['dragenter', 'dragover'] as const) zone.addEventListener(name, over(true));
    for (const name of ['dragleave', 'drop'] as const) zone.addEventListener(name, over(false));
    this.list.setAttribute('aria-label', w.documentsList);
    this.root = h(
      'fieldset',
      { class: 'control', 'aria-describedby': 'documents-help' },
      h('legend', {}, w.documents),
      h('p', { class: 'help', id: 'documents-help' }, w.documentsHelp),
      zone,
      this.faults,
      this.list,
    );
    this.write();
  }

  /** What is to be handed in. */
  get chosen(): readonly File[] {
    return this.files;
  }

  /** Takes away what has arrived, and says what has not. */
  sent(arrived: readonly File[], failed: readonly string[]): void {
    this.files = this.files.filter((file) => !arrived.includes(file));
    this.write();
    this.say(failed);
  }

  private async add(files: readonly File[]): Promise<void> {
    const wrong: string[] = [];
    for (const file of files) {
      const fault = await faultOf(file, this.there + this.files.length);
      if (fault === null) this.files = [...this.files, file];
      else wrong.push(fault);
    }
    this.write();
    this.say(wrong);
    this.announce([...wrong, words().added(this.files.length)].join(' '));
  }

  private say(wrong: readonly string[]): void {
    this.faults.replaceChildren(...wrong.map((text) => h('p', { class: 'fault' }, text)));
  }

  private write(): void {
    const w = words();
    kept.set(this.about, this.files);
    const items = this.files.map((file) => {
      const remove = h('button', { type: 'button', class: 'secondary', 'aria-label': w.removeNamed(file.name) }, w.remove);
      remove.addEventListener('click', () => {
        this.files = this.files.filter((one) => one !== file);
        this.write();
        this.say([]);
        this.announce(w.removed(file.name));
        (this.list.querySelector('button') ?? this.button).focus();
      });
      return h('li', {}, h('span', {}, file.name, ' ', h('span', { class: 'small digits' }, sizeOf(file.size))), remove);
    });
    this.list.replaceChildren(...items);
  }
}
