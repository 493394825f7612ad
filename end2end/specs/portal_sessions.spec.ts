// Sessions on a tenant's host: everybody ends their own, owner and administrators those of their people, and none above
// them. An end is immediate.

import type { Page } from "@playwright/test";
import { isLetIn, rows } from "../support/rooms";
import { addressOf, at, enter, type Member, told } from "../support/tenant";
import { expect, test } from "../support/test";

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
  await page.goto(at(site, "/audit?q=action:session.revoke since:1h"));
  await expect(page.getByRole("region", { name: "Entries" })).toContainText("revoked a session of lee@acme.com");
});

test("an administrator ends nobody's above them", async ({ page, site, anotherBrowser }) => {
  const val = await anotherBrowser();
  await enter(val, site, "val");
  await enter(page, site, "rod");
  await page.goto(at(site, "/sessions"));
  await expect(held(page, "rod").first().getByRole("button", { name: /^End the session/ })).toBeVisible();
  await expect(held(page, "val").first()).toBeVisible();
  await expect(held(page, "val").getByRole("button")).toHaveCount(0);
  await held(page, "val").first().getByRole("link").click();
  await expect(page.getByRole("main")).toContainText("Where Val Marsh is signed in to Acme.");
  await expect(page.getByRole("button", { name: /^End all/ })).toHaveCount(0);
  expect(await inside(val, at(site, "/members"))).toBe(true);
});
