// A slow phone on a slow network: nothing jumps while somebody types. The times are told, not judged: machines differ.
import { expect, type Page, test } from '@playwright/test';

import { control, headline, open, PERSON, verdict } from './checkout';

const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 94_000 };

interface Measured {
  shift: number;
  sources: string[];
  largest: number;
  slowest: number;
  where: string;
}

/** A phone that is six times slower, on slow 4G, and what happens on it. */
async function slow(page: Page): Promise<void> {
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
}

async function measured(page: Page): Promise<Measured> {
  const found = await page.evaluate(() => Reflect.get(globalThis, 'measured') as Measured);
  const { shift, sources, largest, slowest, where } = found;
  const of = sources.length > 0 ? ` (${[...new Set(sources)].join(', ')})` : '';
  console.log(`  shift ${shift.toFixed(4)}${of}, largest paint ${Math.round(largest)} ms, slowest interaction ${slowest} ms (${where})`);
  return found;
}

test('six times slower, on slow 4G, nothing jumps', async ({ page }) => {
  await slow(page);
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
  const { shift, sources } = await measured(page);
  expect(shift, `layout shift of ${sources.join(', ')}`).toBeLessThanOrEqual(0.02);
});

for (const [place, there] of [
  ['', '.task'],
  ['reasons/INCOME-MINIMUM', '[data-testid=help]'],
] as const) {
  test(`the help centre at #/${place}: nothing jumps while it comes`, async ({ page }) => {
    await slow(page);
    await page.goto(`/help/#/${place}`);
    await expect(page.locator(there).first()).toBeVisible();
    const { shift, sources } = await measured(page);
    expect(shift, `layout shift of ${sources.join(', ')}`).toBeLessThanOrEqual(0.02);
  });
}
