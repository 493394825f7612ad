// The console's other rooms: tables with a search box, questions asked in a dialog, and who else sits in front of a browser.

import { type Browser, type BrowserContext, type Locator, type Page, expect } from "@playwright/test";
import type { Keyring } from "./authenticator";
import type { Site } from "./site";
import { type Person, Staff } from "./staff";
import { enter } from "./tenant";

/** A table of a room, by its name. */
export const table = (page: Page, name: string): Locator => page.getByRole("table", { name, exact: true });

/** Its rows without the header. */
export const rows = (page: Page, name: string): Locator => table(page, name).locator("tbody tr");

export const dialog = (page: Page): Locator => page.getByRole("dialog");

/** Sends what is typed into a room's search box. */
export async function search(page: Page, label: string, query: string): Promise<void> {
  const box = page.getByRole("searchbox", { name: label });
  await box.fill(query);
  await box.press("Enter");
  await page.waitForURL((url) => url.searchParams.get("q") === query);
}

/** A field was refused: it says so itself, and what was typed is still there. */
export async function refused(field: Locator, why: RegExp, typed: string): Promise<void> {
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveAccessibleDescription(why);
  await expect(field).toHaveValue(typed);
}

/** Somebody else, in a browser of their own. */
export async function elsewhere(browser: Browser, site: Site, person: Person, keyring: Keyring): Promise<Staff> {
  const context = await browser.newContext();
  const staff = new Staff(await context.newPage(), site, person, keyring);
  await staff.signIn();
  return staff;
}

/** Acme's owner, signed in on the tenant's own host in a browser of their own. */
export async function valInside(browser: Browser, site: Site): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await enter(page, site, "val");
  return page;
}

/** Whether a browser's next request is let in. Asked beside its pages, so that nothing of theirs is in the way. */
export async function isLetIn(context: BrowserContext, address: string): Promise<boolean> {
  const page = await context.newPage();
  const answer = await page.goto(address);
  const entrance = new URL(page.url()).pathname === "/sign-in";
  await page.close();
  return answer?.status() === 200 && !entrance;
}
