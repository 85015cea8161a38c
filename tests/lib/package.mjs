// The packed package, as the tests of it import it.
import { pathToFileURL } from 'node:url';
import { bundle, keys } from './cases.mjs';

export const PACKAGE = process.env.PRECHECK_PACKAGE;
export const entry = (name) => import(pathToFileURL(`${PACKAGE}/${name}`));

/** The day of the tests: the bundles of the sample are valid then. */
export const TODAY = '2026-11-22';

/** What `load` takes for the sample product. */
export const options = async (audience = 'public') => ({ bundle: await bundle(audience), audience, keys: await keys(), today: TODAY });
