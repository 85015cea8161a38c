// After the first visit the help centre opens without a network too.

/** Asks the browser to keep the files of the help centre. What cannot be kept is fetched as ever. */
export function keepOffline(): void {
  if (!('serviceWorker' in navigator)) return;
  // After everything else: the visit comes first.
  window.addEventListener('load', () => {
    navigator.serviceWorker.register('service-worker.js').catch(() => undefined);
  });
}
