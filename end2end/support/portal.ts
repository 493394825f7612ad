// The tenant's portal while impersonating: the banner, its timer, and the way out.

import { type Locator, type Page, expect } from "@playwright/test";
import type { Site } from "./site";

export const VISIT_COOKIE = "__Host-stagedoor_visit";

export const banner = (page: Page): Locator => page.getByRole("region", { name: "Impersonation" });

export const timer = (page: Page): Locator => banner(page).getByRole("timer");

/** Goes to a page of the portal by its sidebar. */
export async function goTo(page: Page, name: "Members" | "Audit log"): Promise<void> {
  await page.getByRole("navigation", { name: "Portal" }).getByRole("link", { name }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
}

/** What the timer shows, in seconds. */
export async function secondsLeft(page: Page): Promise<number> {
  const text = await timer(page).innerText();
  const [minutes, seconds] = text.split(":").map(Number);
  return minutes * 60 + seconds;
}

export async function endImpersonation(page: Page): Promise<void> {
  await banner(page).getByRole("button", { name: "End impersonation" }).click();
  await expect(page.getByRole("heading", { name: "This impersonation has ended" })).toBeVisible();
}

/** On the page of a visit that is over: what ended it. */
export const whyOver = (page: Page): Locator => page.getByRole("status").filter({ hasText: "You have left" });

/** The value of the visit's cookie on a tenant's host. */
export async function visitCookie(page: Page, site: Site, tenant: string): Promise<string> {
  const cookies = await page.context().cookies(site.tenant(tenant));
  const cookie = cookies.find(({ name }) => name === VISIT_COOKIE);
  expect(cookie, "the visit's cookie").toBeDefined();
  return cookie!.value;
}

/** Starts a short visit by the API, from the console's own page, and goes inside. Without a person it is the tenant's. */
export async function visitFor(page: Page, site: Site, tenant: string, seconds: number): Promise<void> {
  const answer = await page.evaluate(
    async ([path, ttl_seconds]) => {
      const response = await fetch(path as string, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ reason: "Looking how the last minute ends", ttl_seconds }),
      });
      return { status: response.status, body: await response.json() };
    },
    [`/api/admin/tenants/${tenant}/impersonate`, seconds],
  );
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  await page.goto(answer.body.handoff_url);
  await page.waitForURL(`${site.tenant(tenant)}**`);
  await expect(banner(page)).toBeVisible();
}
