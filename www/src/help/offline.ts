// After the first visit the help centre opens without a network too.

/** Asks the browser to keep the files of the help centre. What cannot be kept is fetched as ever. */
export function keepOffline(): void {
  // There is none outside of a secure context, and none in some private windows.
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  // Whoever saves data pays for every file that is kept in advance.
  const isSaving = Reflect.get(Object(Reflect.get(navigator, 'connection')), 'saveData') === true;
  if (!workers || isSaving) return;
  // After everything else: the visit comes first.
  window.addEventListener('load', () => {
    workers.register('service-worker.js').catch(() => undefined);
  });
}
