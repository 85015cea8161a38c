// What runs in the worker that worker.js starts.
import { load } from './index.js';
import { PrecheckError } from './error.js';

let precheck;

async function answer(method, values) {
  if (method !== 'load') return precheck[method](...values);
  precheck = await load(values[0]);
  return undefined;
}

/** An error as it can be sent; a cause that cannot is told as text. */
function plain(error) {
  const { name, message, stack } = error;
  if (!(error instanceof PrecheckError)) return { name, code: 'engine-failed', message, cause: stack, problems: [], help: '' };
  const { code, problems, help, cause } = error;
  return { name, code, message, problems, help, cause: cause && String(cause) };
}

addEventListener('message', async ({ data: { id, method, values } }) => {
  try {
    postMessage({ id, value: await answer(method, values) });
  } catch (error) {
    postMessage({ id, error: plain(error) });
  }
});
