// A tenant's own people: at their entrance and in their portal, under their own name.

import { type Locator, type Page, expect } from "@playwright/test";
import { told } from "./flash";
import type { Site } from "./site";

/** Who of Acme has a password in the demo: its owner, an administrator, and one who keeps the bills. */
export type Member = "val" | "rod" | "lee";

const TENANT = "acme";

export const addressOf = (member: Member): string => `${member}@acme.com`;

const passwordOf = (member: Member): string => `stagedoor-demo-${member}`;

/** An address of Acme's host. */
export const at = (site: Site, path: string): string => site.tenant(TENANT, path);

/** Fills the form of Acme's entrance and sends it. */
export async function knock(page: Page, site: Site, member: Member, password = passwordOf(member)): Promise<void> {
  if (page.url() !== at(site, "/sign-in")) await page.goto(at(site, "/sign-in"));
  await page.getByLabel("Email").fill(addressOf(member));
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Signs somebody in to Acme's portal. */
export async function enter(page: Page, site: Site, member: Member): Promise<void> {
  await knock(page, site, member);
  await expect(page).toHaveURL(at(site, "/"));
  await expect(sidebar(page)).toBeVisible();
}

/** Somebody is not let in, and is told so without being told why. */
export async function notLetIn(page: Page, site: Site): Promise<void> {
  await expect(page).toHaveURL(at(site, "/sign-in"));
  await expect(page.getByRole("alert")).toContainText("This address and password do not fit together here.");
}

export const sidebar = (page: Page): Locator => page.getByRole("navigation", { name: "Portal" });

/** The notice that platform support is inside for this reason, for those who may end it. */
export const strip = (page: Page, why: string): Locator =>
  page.getByRole("region", { name: "Platform support is here" }).filter({ hasText: why });

/** The line of a visit that runs, on Support access. */
export const here = (page: Page, why: string): Locator =>
  page.getByRole("region", { name: "Here now" }).getByRole("listitem").filter({ hasText: why });

/** The owner chooses whether platform support may visit. */
export async function choose(page: Page, site: Site, choice: "Off" | "Ask each time" | "On"): Promise<void> {
  await page.goto(at(site, "/support-access"));
  await page.getByRole("radio", { name: choice, exact: true }).check();
  await page.getByRole("button", { name: "Save the choice" }).click();
  await expect(told(page)).toContainText("Support access is as you chose.");
}
