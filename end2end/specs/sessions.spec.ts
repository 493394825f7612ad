// Sessions: where staff and a tenant's people are signed in, and that a revoked one is refused by its very next request.

import type { Page } from "@playwright/test";
import { openEntry, entry } from "../support/audit";
import { told } from "../support/flash";
import { dialog, elsewhere, isLetIn, refused, rows, search, valInside } from "../support/rooms";
import { expect, test } from "../support/test";

const row = (page: Page, words: string | RegExp) =>
  rows(page, "Sessions").filter({ hasText: words });

test("the list says where staff are signed in, and which session is one's own", async ({ page, signedIn }) => {
  const kim = await signedIn("kim");
  await kim.goes("/sessions");
  const own = row(page, "this session");
  await expect(own).toHaveCount(1);
  await expect(own).toContainText("Kim Moreno");
  await expect(own).toContainText("127.0.0.1");
  await expect(own).toContainText(/passkey, \d+ (s|min) old/);
  await expect(own).toContainText(/idle in 1\d min ends in [34] h/);
  await expect(page.getByRole("link", { name: "Live", exact: true })).toHaveAttribute("aria-current", "true");
});

test("ended ones stand in the log, and a search narrows and is cleared", async ({ page, signedIn }) => {
  const kim = await signedIn("kim");
  await kim.goes("/sessions");
  await page.getByRole("link", { name: "Ended", exact: true }).click();
  await page.waitForURL(/state%3Aended/);
  const ended = await rows(page, "Sessions").count();
  expect(ended).toBeGreaterThan(5);
  await expect(row(page, "live")).toHaveCount(0);
  await expect(page.getByRole("link", { name: /^Revoke/ })).toHaveCount(0);
  await search(page, "Search sessions", "jess state:ended");
  for (const text of await rows(page, "Sessions").allInnerTexts()) expect(text).toContain("Jess Park");
  await search(page, "Search sessions", "nobody-of-this-name");
  await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
  await page.getByRole("link", { name: "Clear the search" }).click();
  await expect(row(page, "this session")).toHaveCount(1);
  await kim.goes("/sessions?q=colour:red");
  await expect(page.getByRole("alert")).toContainText("colour");
});

test("a revoked session is refused by the next request of that browser", async ({ page, browser, site, signedIn, keyring }) => {
  const jess = await elsewhere(browser, site, "jess", keyring);
  const kim = await signedIn("kim");
  await kim.goes("/sessions?q=jess");
  await row(page, "Jess Park").first().getByRole("link", { name: /^Revoke the session of Jess Park on/ }).click();
  await expect(dialog(page)).toContainText("is refused from the next request on. Jess Park can sign in again.");
  const reason = dialog(page).getByLabel("Reason");
  await reason.fill("too short           ");
  await dialog(page).getByRole("button", { name: "Revoke session" }).click();
  await refused(reason, /at least 10 characters/, "too short           ");
  expect(await isLetIn(jess.page.context(), site.staff("/")), "nothing was done").toBe(true);
  await reason.fill("Laptop lost on the train");
  await dialog(page).getByRole("button", { name: "Revoke session" }).click();
  await expect(told(page)).toContainText("of Jess Park ended");
  await expect(page).toHaveURL(site.staff("/sessions?q=jess"));
  expect(await isLetIn(jess.page.context(), site.staff("/"))).toBe(false);
  await kim.goes("/audit?q=action:session.revoke");
  await expect(await openEntry(page, "revoked a session of jess")).toContainText("Laptop lost on the train");
  await jess.page.context().close();
});

test("all sessions of a person end at once, each with its entry", async ({ page, browser, site, signedIn, keyring }) => {
  test.slow();
  const one = await elsewhere(browser, site, "rob", keyring);
  const two = await elsewhere(browser, site, "rob", keyring);
  const kim = await signedIn("kim");
  await kim.goes("/sessions?q=rob");
  const live = await row(page, "Rob Hale").count();
  expect(live).toBeGreaterThanOrEqual(2);
  await row(page, "Rob Hale").first().getByRole("link", { name: /^Revoke/ }).click();
  await dialog(page).getByRole("link", { name: "Revoke all sessions of Rob Hale instead" }).click();
  await expect(dialog(page)).toContainText(`All ${live} sessions that run are refused`);
  await dialog(page).getByLabel("Reason").fill("Laptop lost on the train");
  await dialog(page).getByRole("button", { name: "Revoke all sessions" }).click();
  await expect(told(page)).toContainText(`${live} sessions of Rob Hale ended`);
  await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
  for (const rob of [one, two]) {
    expect(await isLetIn(rob.page.context(), site.staff("/"))).toBe(false);
    await rob.page.context().close();
  }
});

test("one's own session asks first, and then signs out", async ({ page, site, signedIn }) => {
  const ada = await signedIn("ada");
  await ada.goes("/sessions");
  await row(page, "this session").getByRole("link", { name: /^Revoke/ }).click();
  await expect(dialog(page).getByRole("heading", { name: "Revoke the session you are using?" })).toBeVisible();
  await dialog(page).getByRole("link", { name: "Cancel" }).click();
  await expect(dialog(page)).toHaveCount(0);
  await row(page, "this session").getByRole("link", { name: /^Revoke/ }).click();
  await dialog(page).getByRole("button", { name: "Revoke session" }).click();
  await expect(page).toHaveURL(site.staff("/signed-out"));
  expect(await isLetIn(page.context(), site.staff("/"))).toBe(false);
});

test("a tenant's people are a tenant's: it is chosen first, and reads that it was looked at", async ({ page, browser, site, signedIn }) => {
  test.slow();
  const val = await valInside(browser, site);
  const kim = await signedIn("kim");
  await kim.goes("/sessions");
  await page.getByRole("link", { name: "A tenant's people" }).click();
  await expect(page.getByRole("heading", { name: "Choose a tenant" })).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: "Acme" }).click();
  await expect(page).toHaveURL(site.staff("/sessions?tenant=acme"));
  await search(page, "Search sessions", "val@acme.com");
  const live = rows(page, "Sessions").filter({ hasText: "127.0.0.1" }).first();
  await live.getByRole("link", { name: /^Revoke the session of Val/ }).click();
  await dialog(page).getByLabel("Reason").fill("Password seen in a leak");
  await dialog(page).getByRole("button", { name: "Revoke session" }).click();
  await expect(told(page)).toContainText("of Val Marsh ended");
  expect(await isLetIn(val.context(), site.tenant("acme", "/members"))).toBe(false);
  await val.context().close();
  const again = await valInside(browser, site);
  await again.goto(site.tenant("acme", "/audit"));
  await expect(entry(again, "Kim Moreno revoked a session of val@acme.com")).toBeVisible();
  await expect(entry(again, "Kim Moreno read the directory of Acme")).toBeVisible();
  await again.context().close();
});

test("support sees a tenant's people, and revokes none of them", async ({ page, signedIn }) => {
  const jess = await signedIn("jess");
  await jess.goes("/sessions?tenant=acme");
  expect(await rows(page, "Sessions").count()).toBeGreaterThan(5);
  await expect(page.getByRole("link", { name: /^Revoke/ })).toHaveCount(0);
});

test("who may only read gets no list", async ({ page, site, signedIn, watch }) => {
  watch.expectStatus(403);
  await signedIn("rio");
  await expect(page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: "Sessions" })).toHaveCount(0);
  const answer = await page.goto(site.staff("/sessions"));
  expect(answer?.status()).toBe(403);
  await expect(page.getByRole("heading", { name: "Your role does not open this page" })).toBeVisible();
});

test("a session's own page says by what it is held, and leads to its end", async ({ page, signedIn }) => {
  const kim = await signedIn("kim");
  await kim.goes("/sessions");
  await row(page, "this session").getByRole("cell").nth(1).getByRole("link").click();
  await page.waitForURL(/\/sessions\/ses_/);
  const main = page.getByRole("main");
  await expect(main).toContainText("Kim Moreno");
  await expect(main).toContainText("loopback");
  await expect(main).toContainText("15 min idle");
  await expect(main.getByRole("heading", { name: "What was done in it" })).toBeVisible();
  await main.getByRole("link", { name: "Revoke session" }).click();
  await expect(dialog(page).getByRole("heading", { name: "Revoke the session you are using?" })).toBeVisible();
});

test("what a search finds is revoked together, once the number is typed", async ({ page, browser, site, signedIn, keyring }) => {
  const rob = await elsewhere(browser, site, "rob", keyring);
  const kim = await signedIn("kim");
  await kim.goes("/sessions?q=rob");
  await page.getByRole("link", { name: /^Revoke th(is|ese) \d+$/ }).click();
  const words = (await dialog(page).innerText()).match(/type: (revoke \d+ sessions?)/)?.[1] ?? "";
  const typed = dialog(page).getByLabel("Type what you mean");
  await dialog(page).getByLabel("Reason").fill("Laptop lost on the train");
  await typed.fill("revoke");
  await dialog(page).getByRole("button", { name: /^Revoke/ }).click();
  await refused(typed, /Type/, "revoke");
  await typed.fill(words);
  await dialog(page).getByRole("button", { name: /^Revoke/ }).click();
  await expect(told(page)).toContainText("of Rob Hale ended");
  expect(await isLetIn(rob.page.context(), site.staff("/"))).toBe(false);
  await rob.page.context().close();
});
