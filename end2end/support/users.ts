// The console's Users page and its Impersonate dialog.

import { type Locator, type Page, expect } from "@playwright/test";
import type { Site } from "./site";

export const REASON = "Webhook page shows 500 after plan change";
export const TICKET = "#4218";

export const users = (page: Page): Locator => page.getByRole("table", { name: "Users" });

/** The row of an address. */
export const userRow = (page: Page, email: string): Locator => users(page).getByRole("row").filter({ hasText: email });

/** The addresses in the table, in order. */
export function emails(page: Page): Promise<string[]> {
  return users(page).locator("tbody td:nth-child(2)").getByText("@").allInnerTexts();
}

export async function openUsers(page: Page, site: Site, tenant: string): Promise<void> {
  await page.goto(site.staff(`/users?tenant=${tenant}`));
  await expect(users(page)).toBeVisible();
}

export async function searchUsers(page: Page, query: string): Promise<void> {
  const box = page.getByRole("searchbox", { name: "Search users" });
  await box.fill(query);
  await box.press("Enter");
  await page.waitForURL((url) => url.searchParams.get("q") === query);
}

export const dialog = (page: Page): Locator => page.getByRole("dialog");

/** Opens somebody's dialog. */
export async function openDialog(page: Page, email: string): Promise<Locator> {
  const row = userRow(page, email);
  await row.hover();
  await row.getByRole("button", { name: "Impersonate" }).click();
  await expect(dialog(page)).toBeVisible();
  return dialog(page);
}

/** Fills the dialog and sends it. */
export async function startImpersonation(page: Page, reason: string, ticket: string): Promise<void> {
  await dialog(page).getByLabel("Reason").fill(reason);
  await dialog(page).getByLabel("Ticket").fill(ticket);
  await dialog(page).getByRole("button", { name: "Start impersonation" }).click();
}

/** Looks somebody up, and opens their dialog. */
export async function lookUp(page: Page, site: Site, who: { tenant: string; email: string }): Promise<void> {
  await page.goto(site.staff(`/users?tenant=${who.tenant}&q=${encodeURIComponent(who.email)}`));
  await openDialog(page, who.email);
}

/** From the console into a tenant as somebody. */
export async function impersonate(page: Page, site: Site, who: { tenant: string; email: string }, reason = REASON) {
  await lookUp(page, site, who);
  await startImpersonation(page, reason, TICKET);
  await page.waitForURL(`${site.tenant(who.tenant)}**`);
  await expect(page.getByRole("region", { name: "Impersonation" })).toBeVisible();
}
