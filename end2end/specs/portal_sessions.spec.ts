// Sessions on a tenant's host: everybody ends their own, owner and administrators those of their people, a visitor none.
// An end is immediate.

import type { Page } from "@playwright/test";
import { entry } from "../support/audit";
import { told } from "../support/flash";
import { endImpersonation } from "../support/portal";
import { isLetIn, rows } from "../support/rooms";
import { addressOf, at, enter, type Member } from "../support/tenant";
import { expect, test } from "../support/test";
import { impersonate } from "../support/users";

/** The running sessions that this machine's browsers hold, of one person. */
const held = (page: Page, member: Member) =>
  rows(page, "Sessions").filter({ hasText: addressOf(member) }).filter({ hasText: "127.0.0.1" });

const inside = (page: Page, address: string) => isLetIn(page.context(), address);

test("one's own in another browser ends at once, this one stays", async ({ page, site, anotherBrowser }) => {
  await enter(page, site, "lee");
  const other = await anotherBrowser();
  await enter(other, site, "lee");
  await page.goto(at(site, "/sessions"));
  await expect(page.getByRole("heading", { level: 1, name: "Sessions" })).toBeVisible();
  await expect(rows(page, "Sessions").getByText("this session")).toHaveCount(1);
  for (const text of await rows(page, "Sessions").allInnerTexts()) expect(text).toContain(addressOf("lee"));
  const before = await held(page, "lee").count();
  const theirs = held(page, "lee").filter({ hasNotText: "this session" }).first();
  await theirs.getByRole("button", { name: /^End the session of Lee Bryant/ }).click();
  await expect(told(page)).toContainText("The session has ended.");
  await expect(held(page, "lee")).toHaveCount(before - 1);
  await other.reload();
  await expect(other).toHaveURL(at(site, "/sign-in"));
  expect(await inside(page, at(site, "/sessions"))).toBe(true);
});

test("all of one's own end together, this one with them", async ({ page, site, anotherBrowser }) => {
  await enter(page, site, "lee");
  const other = await anotherBrowser();
  await enter(other, site, "lee");
  await page.goto(at(site, "/sessions"));
  await page.getByRole("button", { name: "End all my sessions" }).click();
  await expect(page).toHaveURL(at(site, "/sign-in"));
  expect(await inside(other, at(site, "/sessions"))).toBe(false);
});

test("the owner ends one of somebody's, then all of them", async ({ page, site, anotherBrowser }) => {
  const browsers = [await anotherBrowser(), await anotherBrowser(), await anotherBrowser()];
  for (const lee of browsers) await enter(lee, site, "lee");
  await enter(page, site, "val");
  await page.goto(at(site, "/sessions"));
  await expect(page.getByRole("main")).toContainText("Where people are signed in to Acme");
  await held(page, "lee").first().getByRole("button", { name: /^End the session of Lee/ }).click();
  await expect(told(page)).toContainText("The session has ended.");
  const left = async () => Promise.all(browsers.map((lee) => inside(lee, at(site, "/sessions"))));
  expect((await left()).filter(Boolean)).toHaveLength(2);

  await page.getByRole("link", { name: /Lee Bryant/ }).first().click();
  await expect(page.getByRole("main")).toContainText("Where Lee Bryant is signed in to Acme.");
  await page.getByRole("button", { name: "End all their sessions" }).click();
  await expect(told(page)).toContainText(/\d+ sessions have ended\./);
  await expect(page.getByRole("main")).toContainText("Lee Bryant is not signed in anywhere.");
  expect(await left()).toEqual([false, false, false]);
  await page.goto(at(site, "/audit?q=action:user.revoke_session since:1h"));
  await expect(entry(page, "Val Marsh ended sessions of lee@acme.com")).toBeVisible();
});

test("an administrator ends those of their people, and a visitor nobody's", async ({ page, site, signedIn, anotherBrowser }) => {
  const [lee, rod] = [await anotherBrowser(), await anotherBrowser()];
  await enter(lee, site, "lee");
  await enter(rod, site, "rod");
  await signedIn("kim");
  await impersonate(page, site, { tenant: "acme", email: "rod@acme.com" }, "Looking at where people are signed in");
  await page.goto(at(site, "/sessions"));
  await expect(held(page, "lee").first()).toBeVisible();
  await expect(rows(page, "Sessions").getByRole("button")).toHaveCount(0);
  await endImpersonation(page);
  await rod.goto(at(site, "/sessions"));
  await held(rod, "lee").first().getByRole("button", { name: /^End the session of Lee/ }).click();
  await expect(told(rod)).toContainText("The session has ended.");
  expect(await inside(lee, at(site, "/sessions"))).toBe(false);
});
