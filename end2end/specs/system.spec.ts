// System: the database, what waits, and the jobs.

import { rows } from "../support/rooms";
import { expect, test } from "../support/test";

test("the program tells of itself in numbers that were measured", async ({ page, signedIn }) => {
  const kim = await signedIn("kim");
  await kim.goes("/system");
  await expect(page.getByText(/^Stagedoor \d+\.\d+\.\d+, running for \d+ (s|min)/)).toBeVisible();
  const database = page.getByRole("region", { name: "Database" });
  await expect(database).toContainText(/Engine\s*SQLite/);
  await expect(database).toContainText(/Size\s*[\d.]+ MiB/);
  await expect(database).toContainText("as this program needs it");
  const depths = await rows(page, "Queues").locator("td:nth-child(3)").allInnerTexts();
  expect(depths.length).toBeGreaterThan(5);
  for (const depth of depths) expect(depth).toMatch(/^[\d,]+( of [\d,]+)?$/);
  await expect(rows(page, "Jobs").first()).toContainText(/\d\d:\d\d:\d\d/);
  for (const failure of await rows(page, "Jobs").locator("td:last-child").allInnerTexts()) expect(failure).toBe("none");
});

test("the jobs run: another look finds more runs", async ({ page, signedIn }) => {
  const kim = await signedIn("kim");
  const runs = async () => {
    await kim.goes("/system");
    const numbers = await rows(page, "Jobs").locator("td:nth-child(5)").allInnerTexts();
    return numbers.reduce((sum, text) => sum + Number(text.replaceAll(",", "")), 0);
  };
  const before = await runs();
  await expect.poll(runs).toBeGreaterThan(before);
});

test("who may not see the system is told so, and not led there", async ({ page, site, signedIn, watch }) => {
  watch.expectStatus(403);
  await signedIn("jess");
  await expect(page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: "System" })).toHaveCount(0);
  expect((await page.goto(site.staff("/system")))?.status()).toBe(403);
  await expect(page.getByRole("heading", { name: "Your role does not open this page" })).toBeVisible();
});
