// Impersonations: who is inside now and who was, the way to end a visit, and the account of each.

import type { Page } from "@playwright/test";
import { told } from "../support/flash";
import { elsewhere, rows, search } from "../support/rooms";
import { expect, test } from "../support/test";
import { impersonate } from "../support/users";

const ROD = { tenant: "acme", email: "rod@acme.com" };
const UNKNOWN = "imp_01k9w000000000000000000010";

const live = (page: Page) => page.getByRole("list", { name: "Live visits" }).getByRole("listitem");
const past = (page: Page) => rows(page, "Past visits");

test("a visit is inside now, has an account, and is ended from here", async ({ page, site, signedIn }) => {
  const kim = await signedIn("kim");
  await impersonate(page, site, ROD, "Reading the room of visits");
  await page.goto(site.tenant("acme", "/members"));
  await kim.goes("/impersonations");
  const row = live(page).filter({ hasText: "Reading the room of visits" });
  await expect(row).toContainText("Kim Moreno as rod@acme.com in Acme, with role admin");
  await expect(row).toContainText("read only");
  await expect(row).toContainText(/1[45]:\d\d left|1[45] min left/);
  await expect(page.getByRole("group", { name: "Your visits" })).toContainText(/[1-5] of 5 live/);
  await row.getByRole("link", { name: "Account" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Kim Moreno as rod@acme.com in Acme" })).toBeVisible();
  const viewed = page.getByRole("region", { name: "What was viewed" });
  await expect(viewed.getByRole("row").filter({ hasText: "Members" })).toBeVisible();
  await expect(page.getByText("Nothing was changed.")).toBeVisible();
  await page.getByRole("button", { name: "End impersonation by Kim Moreno in Acme" }).click();
  await expect(told(page)).toContainText("The impersonation has ended.");
  await expect(page.getByRole("button", { name: /^End impersonation/ })).toHaveCount(0);
  await expect(page.getByRole("region", { name: "About this visit" })).toContainText("ended");
  await page.getByRole("navigation", { name: "Where this is" }).getByRole("link", { name: "Impersonations" }).click();
  await expect(past(page).filter({ hasText: "Reading the room of visits" })).toHaveCount(1);
  await expect(row).toHaveCount(0);
  await page.goto(site.tenant("acme", "/members"));
  await expect(page.getByRole("heading", { name: "This impersonation has ended" })).toBeVisible();
});

test("past visits are found by who and why, and each leads to the log", async ({ page, site, signedIn }) => {
  const kim = await signedIn("kim");
  await kim.goes("/impersonations");
  expect(await past(page).count()).toBeGreaterThan(10);
  await search(page, "Search visits", "jess");
  const found = await past(page).allInnerTexts();
  expect(found.length).toBeGreaterThan(1);
  for (const text of found) expect(text).toContain("Jess Park");
  await search(page, "Search visits", "ticket:#4218");
  for (const text of await past(page).allInnerTexts()) expect(text).toContain("#4218");
  await search(page, "Search visits", "nobody-of-this-name");
  await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
  await page.getByRole("link", { name: "Clear the search" }).click();
  await expect(page).toHaveURL(site.staff("/impersonations"));
  await past(page).first().getByRole("link").click();
  await expect(page.getByRole("region", { name: "About this visit" })).toContainText(/after \d+ (s|min)/);
  await page.getByRole("link", { name: "In the audit log" }).click();
  await expect(page).toHaveURL(/\/audit\?q=impersonation%3Aimp_/);
  await expect(page.getByRole("region", { name: "Entries" }).locator("ol > li").first()).toBeVisible();
});

test("the scope narrows the room to one tenant", async ({ page, signedIn }) => {
  const kim = await signedIn("kim");
  await kim.goes("/impersonations?tenant=acme");
  await expect(page.getByText("Visits of staff to Acme, with all that was seen")).toBeVisible();
  const shown = await past(page).allInnerTexts();
  expect(shown.length).toBeGreaterThan(3);
  for (const text of shown) expect(text).toContain("Acme");
});

test("support sees everybody's and ends its own", async ({ page, browser, site, signedIn, keyring }) => {
  test.slow();
  const kim = await elsewhere(browser, site, "kim", keyring);
  await impersonate(kim.page, site, ROD, "Somebody else's visit");
  const jess = await signedIn("jess");
  await impersonate(page, site, ROD, "A visit of my own");
  await jess.goes("/impersonations");
  const [theirs, own] = ["Somebody else's visit", "A visit of my own"].map((why) => live(page).filter({ hasText: why }));
  await expect(theirs.getByRole("button", { name: /^End/ })).toHaveCount(0);
  await expect(theirs.getByRole("link", { name: "Open" })).toHaveCount(0);
  await own.getByRole("button", { name: /^End/ }).click();
  await expect(told(page)).toContainText("The impersonation has ended.");
  await expect(own).toHaveCount(0);
  await expect(theirs).toHaveCount(1);
  await kim.goes("/");
  await kim.signOut();
  await jess.goes("/impersonations");
  await expect(theirs, "it ended with the session").toHaveCount(0);
  await kim.page.context().close();
});

test("an unknown visit is nothing", async ({ page, site, signedIn, watch }) => {
  watch.expectStatus(404);
  await signedIn("kim");
  for (const id of [UNKNOWN, "imp_nonsense"]) {
    expect((await page.goto(site.staff(`/impersonations/${id}`)))?.status(), id).toBe(404);
    await expect(page.getByRole("heading", { name: "Nothing here" })).toBeVisible();
  }
});

test("who may only read is told so", async ({ page, site, signedIn, watch }) => {
  watch.expectStatus(403);
  await signedIn("rio");
  for (const path of ["/impersonations", `/impersonations/${UNKNOWN}`]) {
    expect((await page.goto(site.staff(path)))?.status(), path).toBe(403);
    await expect(page.getByRole("heading", { name: "Your role does not open this page" })).toBeVisible();
  }
});
