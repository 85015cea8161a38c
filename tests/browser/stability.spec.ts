// A slow phone on a slow network: nothing jumps while somebody types. The times are told, not judged: machines differ.
import { expect, test } from '@playwright/test';

import { control, headline, open, PERSON, verdict } from './checkout';

const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 94_000 };

interface Measured {
  shift: number;
  sources: string[];
  largest: number;
  slowest: number;
  where: string;
}

test('six times slower, on slow 4G, nothing jumps', async ({ page }) => {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 6 });
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', SLOW_4G);
  await page.addInitScript(() => {
    const measured: Measured = { shift: 0, sources: [], largest: 0, slowest: 0, where: '' };
    Object.assign(globalThis, { measured });
    const watch = (type: string, take: (entry: PerformanceEntry) => void): void => {
      const options: PerformanceObserverInit & { durationThreshold: number } = { type, buffered: true, durationThreshold: 16 };
      new PerformanceObserver((list) => list.getEntries().forEach(take)).observe(options);
    };
    watch('layout-shift', (entry) => {
      if (Reflect.get(entry, 'hadRecentInput')) return;
      measured.shift += Reflect.get(entry, 'value') as number;
      for (const source of Reflect.get(entry, 'sources') as { node?: Element }[]) {
        measured.sources.push(`${source.node?.nodeName}.${source.node?.className}`);
      }
    });
    watch('largest-contentful-paint', (entry) => {
      measured.largest = entry.startTime;
    });
    watch('event', (entry) => {
      if (!Reflect.get(entry, 'interactionId') || entry.duration <= measured.slowest) return;
      measured.slowest = entry.duration;
      measured.where = `${entry.name} at ${(Reflect.get(entry, 'target') as Element | null)?.id}`;
    });
  });
  await open(page);
  await expect(headline(page)).not.toBeEmpty();
  // Typed, key by key: a page may move things in answer to a key, and only then.
  for (const [name, text] of [
    ['name', PERSON.name],
    ['id_number', PERSON.id],
    ['phone', PERSON.phone],
    ['monthly_income', '12000'],
    ['monthly_debt', '500'],
  ] as const) {
    await control(page, name).click();
    await page.keyboard.type(text, { delay: 30 });
  }
  await page.locator('#precheck-employment-employed').click();
  await expect(verdict(page)).toHaveAttribute('data-status', 'likely');
  const { shift, sources, largest, slowest, where } = await page.evaluate(() => Reflect.get(globalThis, 'measured') as Measured);
  console.log(`  shift ${shift.toFixed(4)}, largest paint ${Math.round(largest)} ms, slowest interaction ${slowest} ms (${where})`);
  expect(shift, `layout shift of ${sources.join(', ')}`).toBeLessThanOrEqual(0.02);
});
