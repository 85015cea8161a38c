import { load } from '@precheck/core/inline';
import { useEffect, useState } from 'react';
import { KEYS } from './keys.js';

/**
 * The engine with its policy: `{ precheck, error }`, both null while it loads. What a component loads ends with it; the
 * module itself is compiled once for the page.
 */
export function usePrecheck(bundle) {
  const [state, setState] = useState({ precheck: null, error: null });
  useEffect(() => {
    const controller = new AbortController();
    let own = null;
    load({ bundle, keys: KEYS, locale: 'en', signal: controller.signal }).then(
      (precheck) => {
        if (controller.signal.aborted) return precheck.free();
        own = precheck;
        setState({ precheck, error: null });
      },
      (error) => {
        if (!controller.signal.aborted) setState({ precheck: null, error });
      },
    );
    return () => {
      controller.abort();
      own?.free();
    };
  }, [bundle]);
  return state;
}
