// The countdown, which HTML alone cannot do: by the server's clock, to the end, without moving anything.

import type { Page } from "@playwright/test";
import { endImpersonation, secondsLeft, timer, visitFor, whyOver } from "../support/portal";
import { expect, settled, test } from "../support/test";
import { impersonate } from "../support/users";

const ROD = { tenant: "acme", email: "rod@acme.com" };

/** The browser's clock goes wrong by some minutes, from the next page on. */
async function clockIsWrongBy(page: Page, minutes: number): Promise<void> {
  await page.addInitScript((ahead) => {
    const now = Date.now;
    Date.now = () => now() + ahead;
    const origin = performance.timeOrigin + ahead;
    Object.defineProperty(performance, "timeOrigin", { get: () => origin });
  }, minutes * 60_000);
}

/** The sum of all layout shifts since the page was opened. */
function shifted(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const observer = new PerformanceObserver((list) => {
          const shifts = list.getEntries() as (PerformanceEntry & { value: number })[];
          resolve(shifts.reduce((sum, { value }) => sum + value, 0));
        });
        observer.observe({ type: "layout-shift", buffered: true });
        setTimeout(() => resolve(0), 500);
      }),
  );
}

test("the timer ticks every second, and nothing moves", async ({ page, site, wasm, signedIn }) => {
  await signedIn("kim");
  await impersonate(page, site, ROD);
  await settled(page, wasm);
  const first = await secondsLeft(page);
  await expect.poll(() => secondsLeft(page), { intervals: [250] }).toBeLessThanOrEqual(first - 3);
  expect(await secondsLeft(page)).toBeGreaterThan(first - 6);
  expect(await shifted(page)).toBe(0);
  await endImpersonation(page);
});

for (const minutes of [47, -47]) {
  test(`a browser whose clock is ${minutes} minutes off shows the server's time`, async ({ page, site, wasm, signedIn }) => {
    await signedIn("kim");
    await impersonate(page, site, ROD);
    await clockIsWrongBy(page, minutes);
    await page.reload();
    await settled(page, wasm);
    await page.waitForTimeout(1_500);
    const left = await secondsLeft(page);
    expect(left).toBeGreaterThan(14 * 60);
    expect(left).toBeLessThanOrEqual(15 * 60);
    await endImpersonation(page);
  });
}

test("a page that slept is right again when it wakes", async ({ page, context, site, wasm, signedIn }) => {
  await signedIn("kim");
  await impersonate(page, site, ROD);
  await settled(page, wasm);
  const session = await context.newCDPSession(page);
  const before = await secondsLeft(page);
  await session.send("Page.setWebLifecycleState", { state: "frozen" });
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  await session.send("Page.setWebLifecycleState", { state: "active" });
  await expect.poll(() => secondsLeft(page), { timeout: 2_000 }).toBeLessThanOrEqual(before - 5);
  await endImpersonation(page);
});

test("the last minute is announced, and at zero the page leaves", async ({ page, site, wasm, signedIn }) => {
  test.setTimeout(120_000);
  await signedIn("kim");
  await visitFor(page, site, "acme", 60);
  await settled(page, wasm);
  await expect(timer(page)).toHaveClass(/\blast\b/);
  await expect(page.getByText("Less than a minute is left of this impersonation.")).toBeAttached();
  const left = await secondsLeft(page);
  const started = Date.now();
  await page.waitForURL(site.tenant("acme", "/visit/over"), { timeout: 75_000 });
  const waited = (Date.now() - started) / 1000;
  expect(Math.abs(waited - left), `left after ${waited} s, with ${left} s on the timer`).toBeLessThan(3);
  await expect(whyOver(page)).toContainText("its time was up");
  // The page behind it is not to be gone back to.
  await page.goBack();
  await expect(page).not.toHaveURL(site.tenant("acme", "/members"));
});
