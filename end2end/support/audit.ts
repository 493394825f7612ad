// A timeline, the console's or a tenant's own.

import { type Locator, type Page, expect } from "@playwright/test";

export const entries = (page: Page): Locator => page.getByRole("region", { name: "Entries" }).locator("ol > li");

/** The entry whose sentence holds these words; of several the newest. */
export const entry = (page: Page, words: string | RegExp): Locator => entries(page).filter({ hasText: words }).first();

/** Opens an entry, and returns what is known of it. */
export async function openEntry(page: Page, words: string | RegExp): Promise<Locator> {
  const line = entry(page, words);
  await line.locator("summary").click();
  await expect(line.locator(".open")).toBeVisible();
  return line.locator(".open");
}

export async function searchAudit(page: Page, query: string): Promise<void> {
  const box = page.getByRole("searchbox", { name: "Search the audit log" });
  await box.fill(query);
  await box.press("Enter");
  await page.waitForURL((url) => url.searchParams.get("q") === query);
}
