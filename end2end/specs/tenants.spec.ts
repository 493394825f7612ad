// Tenants: found, opened, suspended with all that ends by it, restored, renamed.

import type { Page } from "@playwright/test";
import { told } from "../support/flash";
import { dialog, refused, rows, search } from "../support/rooms";
import { expect, test } from "../support/test";
import { emails, openUsers, startImpersonation } from "../support/users";

const names = (page: Page) => rows(page, "Tenants").locator("td:first-child b").allInnerTexts();
const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name, exact: true });

test("tenants stand by name, and are found by name, slug and state", async ({ page, site, signedIn }) => {
  const kim = await signedIn("kim");
  await kim.goes("/tenants");
  await expect(page.getByText("1–38 of 38")).toBeVisible();
  const all = await names(page);
  expect(all).toEqual([...all].sort((one, other) => one.localeCompare(other, "en")));
  await search(page, "Search tenants", "lum");
  expect(await names(page)).toEqual(["Lumen"]);
  await page.getByText("Add filter").click();
  await page.getByRole("link", { name: /^Asks each time/ }).click();
  await page.waitForURL(/consent%3Aask/);
  await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
  await page.getByRole("link", { name: "Clear the search" }).click();
  await expect(page).toHaveURL(site.staff("/tenants"));
  await search(page, "Search tenants", "consent:ask");
  for (const text of await rows(page, "Tenants").allInnerTexts()) expect(text).toContain("asks each time");
  await kim.goes("/tenants?q=colour:red");
  await expect(page.getByRole("alert")).toContainText("colour");
});

test("a tenant's own page leads to its rooms, and back", async ({ page, site, signedIn }) => {
  const kim = await signedIn("kim");
  await kim.goes("/tenants");
  await rows(page, "Tenants").getByRole("link", { name: /^Acme/ }).click();
  await expect(heading(page, "Acme")).toBeVisible();
  await expect(page.getByRole("region", { name: "This tenant" })).toContainText(/Members\s*138/);
  await expect(page.getByRole("region", { name: "Support access" })).toContainText("The owner alone chooses");
  const parts = page.getByRole("navigation", { name: "Parts of this tenant" });
  await parts.getByRole("link", { name: "Visits" }).click();
  expect(await rows(page, "Visits").count()).toBeGreaterThan(3);
  await parts.getByRole("link", { name: "Directory" }).click();
  await expect(page).toHaveURL(site.staff("/users?tenant=acme"));
  expect((await emails(page)).length).toBe(50);
  await kim.goes("/tenants/acme");
  await page.getByRole("navigation", { name: "Where this is" }).getByRole("link", { name: "Tenants" }).click();
  await expect(page).toHaveURL(site.staff("/tenants"));
});

test("suspending asks why, ends visits and sessions at once, and restoring opens again", async ({ page, site, signedIn }) => {
  test.setTimeout(120_000);
  const kim = await signedIn("kim");
  await openUsers(page, site, "bluefin");
  const someone = page.locator("tbody tr").filter({ has: page.getByRole("button", { name: "Impersonate" }) }).first();
  await someone.hover();
  await someone.getByRole("button", { name: "Impersonate" }).click();
  await startImpersonation(page, "Inside when it is suspended", "");
  await page.waitForURL(`${site.tenant("bluefin")}**`);

  await kim.goes("/tenants/bluefin");
  await page.getByRole("link", { name: "Suspend" }).click();
  await expect(dialog(page).getByRole("heading", { name: "Suspend Bluefin?" })).toBeVisible();
  await expect(dialog(page)).toContainText("The visit of staff inside ends, too.");
  const reason = dialog(page).getByLabel("Reason");
  await reason.fill("too short           ");
  await dialog(page).getByLabel("Ticket").fill("#9");
  await dialog(page).getByRole("button", { name: "Suspend Bluefin" }).click();
  await refused(reason, /at least 10 characters/, "too short           ");
  await expect(dialog(page).getByLabel("Ticket")).toHaveValue("#9");
  await reason.fill("Payment fraud is looked into");
  await dialog(page).getByRole("button", { name: "Suspend Bluefin" }).click();
  await expect(told(page)).toContainText("Bluefin is suspended.");
  await expect(page.getByText("Nobody signs in to this tenant and nobody visits it")).toBeVisible();
  await expect(page.getByRole("region", { name: "Support access" })).toContainText(/Inside now\s*nobody/);
  await expect(page.getByRole("region", { name: "This tenant" })).toContainText(/Signed in\s*nobody/);
  await page.goto(site.tenant("bluefin", "/members"));
  await expect(page.getByRole("heading", { name: "This impersonation has ended" })).toBeVisible();
  await kim.goes("/tenants?q=state:suspended");
  expect(await names(page)).toContain("Bluefin");

  await kim.goes("/tenants/bluefin");
  await page.getByRole("link", { name: "Restore" }).click();
  await dialog(page).getByLabel("Reason").fill("The payment was genuine");
  await dialog(page).getByRole("button", { name: "Restore Bluefin" }).click();
  await expect(told(page)).toContainText("Bluefin is restored.");
  await expect(page.getByRole("link", { name: "Suspend" })).toBeVisible();
  await kim.goes("/audit?tenant=bluefin&q=action:tenant.suspend");
  await expect(page.getByRole("region", { name: "Entries" })).toContainText("Bluefin");
});

test("a name is changed, and a wrong one is refused by its field", async ({ page, signedIn }) => {
  const kim = await signedIn("kim");
  await kim.goes("/tenants/copperleaf");
  await page.getByRole("link", { name: "Rename" }).click();
  const name = dialog(page).getByLabel("Name");
  await expect(name).toHaveValue("Copperleaf");
  await expect(name).toBeFocused();
  await name.fill("   ");
  await dialog(page).getByRole("button", { name: "Rename" }).click();
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await name.fill("Copperleaf & Sons");
  await dialog(page).getByRole("button", { name: "Rename" }).click();
  await expect(told(page)).toContainText("The tenant is called Copperleaf & Sons now.");
  await expect(heading(page, "Copperleaf & Sons")).toBeVisible();
  await page.getByRole("link", { name: "Rename" }).click();
  await dialog(page).getByLabel("Name").fill("Copperleaf");
  await dialog(page).getByRole("button", { name: "Rename" }).click();
  await expect(heading(page, "Copperleaf")).toBeVisible();
});

test("who may only read sees tenants, and nothing to do with them", async ({ page, site, signedIn, watch }) => {
  watch.expectStatus(403);
  watch.expectStatus(404);
  const rio = await signedIn("rio");
  await rio.goes("/tenants/acme?act=suspend");
  // An address that was typed says why not, and has nothing to send.
  await expect(dialog(page)).toContainText("Your role does not");
  await expect(dialog(page).getByRole("textbox")).toHaveCount(0);
  await rio.goes("/tenants/acme");
  await expect(heading(page, "Acme")).toBeVisible();
  await expect(dialog(page)).toHaveCount(0);
  for (const way of ["Suspend", "Rename", "Directory", "Sessions", "Visits"]) {
    await expect(page.getByRole("main").getByRole("link", { name: way, exact: true }), way).toHaveCount(0);
  }
  const tried = await page.evaluate(async () => {
    const body = JSON.stringify({ reason: "Trying what I may not do" });
    const headers = { "content-type": "application/json" };
    const answer = await fetch("/api/admin/tenants/acme/suspend", { method: "POST", headers, body });
    return [answer.status, (await answer.json()).error.code];
  });
  expect(tried).toEqual([403, "FORBIDDEN"]);
  expect((await page.goto(site.staff("/tenants/no-such-tenant")))?.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "Nothing here" })).toBeVisible();
});
