// Talks to the app or page that shows the help centre inside of itself (`?embed=1`). The protocol is written down in
// www/help/README.md.
//
// A page around this one is talked to only when it began, and only when its origin is on the list of the deployment
// (`hosts.json`), by which the server also decides whose frames may show this page. An app injects `precheckHost`, with rules
// of its own about which origins get it; what it runs inside of this page comes from this page's own origin.

import { type Locale, LOCALES } from '../locale';
import { type Session, readSession } from '../server/session';
import type { Place, Route, RouteName } from './links';
import { decisionId, read } from './route';

const VERSION = 1;
const NAME = 'precheck-help';

/** What a host may ask for. */
export interface Wishes {
  open(route: Place): void;
  decision(id: string): void;
  locale(locale: Locale): void;
  session(session: Session): void;
}

type Told =
  | { readonly type: 'ready' | 'screen'; readonly screen: RouteName; readonly code?: string; readonly locale: Locale }
  | { readonly type: 'size'; readonly height: number }
  | { readonly type: 'contact' | 'session' };

/** The widest strip at an edge of a screen that is believed, in CSS pixels. */
const MOST_INSET = 200;

interface Port {
  postMessage(message: string): void;
}

/** The app's end, where an app has put one: Android's message listener, or the handler of WebKit. */
function native(): Port | null {
  const handlers: unknown = Reflect.get(Object(Reflect.get(globalThis, 'webkit')), 'messageHandlers');
  for (const holder of [globalThis, Object(handlers)]) {
    const found: unknown = Reflect.get(holder, 'precheckHost');
    if (typeof Reflect.get(Object(found), 'postMessage') === 'function') return found as Port;
  }
  return null;
}

export class Host {
  /** Whether the page is shown without its own frame. */
  readonly isEmbedded = new URLSearchParams(location.search).get('embed') === '1';
  private readonly app = this.isEmbedded ? native() : null;
  /** The origin of the page around this one, once it has said hello. */
  private around: string | null = null;
  private last: Told | null = null;
  /** A page that says hello late is asked again. */
  private isSessionNeeded = false;
  private readonly allowed: Promise<readonly string[]>;

  constructor(private readonly wishes: Wishes) {
    this.allowed = this.isEmbedded && parent !== window ? listed() : Promise.resolve([]);
    if (!this.isEmbedded) return;
    window.addEventListener('message', (event) => void this.receive(event));
    if (parent !== window) new ResizeObserver(() => this.measure()).observe(document.documentElement);
  }

  /** Whether there is somebody who may be asked for a person. */
  get isThere(): boolean {
    return this.app !== null || this.around !== null;
  }

  /** Tells where somebody is; the first time that the page is ready. */
  screen(route: Route, locale: Locale): void {
    const code = route.name === 'reason' ? { code: route.code } : {};
    const type = this.last === null ? 'ready' : 'screen';
    this.last = { type, screen: route.name, locale, ...code };
    this.tell(this.last);
  }

  /** Asks for a session; whoever cannot give one does not answer. */
  needSession(): void {
    this.isSessionNeeded = true;
    this.tell({ type: 'session' });
  }

  /** Asks for a person. */
  contact(): void {
    this.tell({ type: 'contact' });
  }

  private measure(): void {
    this.tell({ type: 'size', height: Math.ceil(document.documentElement.getBoundingClientRect().height) });
  }

  private tell(told: Told): void {
    const message = { from: NAME, version: VERSION, ...told };
    this.app?.postMessage(JSON.stringify(message));
    if (this.around !== null) parent.postMessage(message, this.around);
  }

  private async receive({ data, origin, source }: MessageEvent): Promise<void> {
    const isOwn = origin === location.origin && source === window;
    if (!isOwn && !(source === parent && (await this.allowed).includes(origin))) return;
    const said = understood(data);
    if (!said) return;
    const wish = (name: string): unknown => Reflect.get(said, name);
    switch (wish('type')) {
      case 'hello':
        if (isOwn) return;
        this.around = origin;
        if (this.last) this.tell({ ...this.last, type: 'ready' } as Told);
        this.measure();
        if (this.isSessionNeeded) this.tell({ type: 'session' });
        return;
      case 'open': {
        const [screen, code] = [wish('screen'), wish('code')].map((one) => (typeof one === 'string' ? one : ''));
        return this.wishes.open(read(screen === 'reason' ? `reasons/${code}` : screen === 'answers' ? 'why/answers' : `${screen}`));
      }
      case 'decision': {
        const id = typeof wish('id') === 'string' ? decisionId(String(wish('id'))) : null;
        return id === null ? undefined : this.wishes.decision(id);
      }
      case 'locale': {
        const locale = LOCALES.find((one) => one === wish('locale'));
        return locale === undefined ? undefined : this.wishes.locale(locale);
      }
      case 'session': {
        const session = readSession(wish('token'), wish('account'));
        if (session === null) return;
        this.isSessionNeeded = false;
        return this.wishes.session(session);
      }
      case 'insets':
        for (const side of ['top', 'right', 'bottom', 'left']) {
          const size = Number(wish(side) ?? 0);
          if (size >= 0 && size <= MOST_INSET) document.documentElement.style.setProperty(`--inset-${side}`, `${size}px`);
        }
    }
  }
}

/** The message, if it is one of this protocol; apps send text. */
function understood(data: unknown): object | null {
  let said: unknown = data;
  try {
    if (typeof data === 'string') said = JSON.parse(data);
  } catch {
    return null;
  }
  if (typeof said !== 'object' || said === null) return null;
  return Reflect.get(said, 'to') === NAME && Reflect.get(said, 'version') === VERSION ? said : null;
}

/** The origins that may show this page; none where the list cannot be read. */
async function listed(): Promise<readonly string[]> {
  try {
    const { origins } = (await (await fetch('hosts.json')).json()) as { origins: unknown };
    return Array.isArray(origins) ? origins.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}
