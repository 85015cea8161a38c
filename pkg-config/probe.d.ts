// Works without the engine: `import { probe } from '@precheck/core/probe'`.

export interface ProbeOptions {
  /**
   * What to ask three times (`HEAD`, without cookies) to measure the connection and the clock: a small page of the server
   * that answers without a redirect, such as `/healthz`. Without it nothing is sent. Of another origin, the answer has to
   * name `Date` in `Access-Control-Expose-Headers`, or the clock stays unknown.
   */
  url?: string | URL;
  /** Milliseconds for all of it; 4000 without it. */
  timeout?: number;
  /** Ends it; the promise is then rejected with the signal's reason. */
  signal?: AbortSignal;
  /** Whether to write one entry into `localStorage` and remove it again, and to ask for the quota. */
  storage?: boolean;
}

/** What was found; `null` is what was not looked at, or is not told here. */
export interface Probe {
  /** Whether the device believes that it has a network. `true` proves nothing. */
  readonly online: boolean | null;
  /** The browser's own estimate: `slow-2g`, `2g`, `3g` or `4g`. */
  readonly connection: string | null;
  readonly network: {
    readonly asked: number;
    /** Answers of the server itself, in time. */
    readonly answered: number;
    /** Whether something else answered in its place: the log-in page of a Wi-Fi, or a proxy. */
    readonly intercepted: boolean;
    /** The median round trip. */
    readonly latencyMs: number | null;
    /** The last HTTP status. */
    readonly status: number | null;
    /** The header `Via`: a proxy, or the server's own network, stands between. No evidence of a VPN. */
    readonly via: string | null;
  } | null;
  /** How far the device's clock is ahead of the server's; negative when behind. The truth lies within `uncertainty`. */
  readonly clock: { readonly seconds: number; readonly uncertainty: number } | null;
  /** Whether this is a secure context, without which there is no WebCrypto. */
  readonly secure: boolean | null;
  /** Whether WebCrypto computes a hash. */
  readonly webcrypto: boolean;
  /** What of WebAssembly the engine needs and the browser has not; `webassembly` when it has none of it. */
  readonly wasm: { readonly missing: readonly string[] };
  /** Whether `localStorage` keeps what is written, and how many bytes there are in all. */
  readonly storage: { readonly works: boolean; readonly quota: number | null } | null;
  /**
   * The same as facts, under the names by which a policy may declare them; {@link factsFor} picks those that it does.
   *
   * | name | kind | when it is said |
   * |---|---|---|
   * | `browser_supported` | bool | always, but for a page that is no secure context |
   * | `network` | `stable`, `unstable`, `offline` | offline; measured; or the browser estimates 2G |
   * | `latency_ms` | integer | measured |
   * | `clock` | `right`, `wrong` | measured, and certain: more or less than five minutes |
   * | `clock_ahead_seconds` | integer | measured |
   * | `storage_works` | bool | asked for |
   *
   * What was not measured is left out. Whether the server itself is at fault cannot be told from here: when nothing
   * answers although the device is online, there is no `network`.
   */
  readonly facts: Readonly<Record<string, boolean | number | string>>;
}

/** From where on something counts as a hindrance. */
export const PROBE_LIMITS: { readonly clockSeconds: 300; readonly latencyMs: 1500 };

/**
 * Looks at what the device can do. Throws nothing but the reason of `signal` and, for options that are none, a
 * `PrecheckError` with `probe-url` or `probe-timeout`.
 */
export function probe(options?: ProbeOptions): Promise<Probe>;

/**
 * Those of the facts that a scenario declares, ready for `assess`: of the same kind, with a code that it has, a number
 * brought into its domain; never one that the person is asked for.
 *
 * @param policy what `Precheck.policy(locale)` answers, in any locale
 */
export function factsFor(
  policy: {
    readonly scenarios: readonly {
      readonly name: string;
      readonly facts: readonly {
        readonly name: string;
        readonly kind: string;
        readonly min: number;
        readonly max: number;
        readonly asked: boolean;
        readonly codes: readonly { readonly code: string }[];
      }[];
    }[];
  },
  scenario: string,
  measured: Probe['facts'],
): Record<string, boolean | number | string>;
