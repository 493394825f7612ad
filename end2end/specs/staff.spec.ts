// Staff: found, invited with a token that is shown once, changed, switched off by the next request; and what nobody may do.

import type { Page } from "@playwright/test";
import { Keyring } from "../support/authenticator";
import { told } from "../support/flash";
import { dialog, elsewhere, isLetIn, refused, rows, search } from "../support/rooms";
import { Staff } from "../support/staff";
import { expect, test } from "../support/test";

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name, exact: true });
const token = (page: Page) => page.getByRole("textbox", { name: "Enrollment token" });
const why = (page: Page) => dialog(page).getByLabel(/^Why/);

test("staff are found by name, role and state, and a row leads to the person", async ({ page, site, signedIn }) => {
  const kim = await signedIn("kim");
  await kim.goes("/staff");
  await expect(rows(page, "Staff").filter({ hasText: "kim@acme-corp.example" })).toContainText("you");
  await search(page, "Search staff", "role:security");
  expect(await rows(page, "Staff").count()).toBe(1);
  await rows(page, "Staff").getByRole("link", { name: /Sasha Levin/ }).click();
  await expect(heading(page, "Sasha Levin")).toBeVisible();
  await expect(page.getByRole("region", { name: "Profile" })).toContainText("security");
  await page.getByRole("navigation", { name: "Where this is" }).getByRole("link", { name: "Staff" }).click();
  await expect(page).toHaveURL(site.staff("/staff"));
  await kim.goes("/staff?q=shoe:9");
  await expect(page.getByRole("alert")).toContainText("shoe");
  await kim.goes("/staff?q=nobody-is-called-so");
  await expect(page.getByRole("heading", { name: "Nobody fits" })).toBeVisible();
});

test("an invitation asks for its fields, and its token is shown once", async ({ page, signedIn }, info) => {
  const kim = await signedIn("kim");
  const email = `zoe-${info.project.name}-${info.retry}@acme-corp.example`.toLowerCase();
  await kim.goes("/staff");
  await page.getByRole("link", { name: "Invite" }).click();
  await dialog(page).getByLabel("Address at the identity provider").fill(email);
  await dialog(page).getByLabel("Name", { exact: true }).fill("Zoe Lind");
  await dialog(page).getByText("support", { exact: true }).click();
  await dialog(page).getByLabel("Tenants").fill("no-such-tenant");
  await why(page).fill("Joins the support team in Berlin");
  await dialog(page).getByLabel(/I made sure who this is/).check();
  await dialog(page).getByRole("button", { name: "Invite" }).click();
  await refused(dialog(page).getByLabel("Tenants"), /no tenant no-such-tenant/, "no-such-tenant");
  await dialog(page).getByLabel("Tenants").fill("acme");
  await dialog(page).getByLabel(/I made sure who this is/).check();
  await dialog(page).getByRole("button", { name: "Invite" }).click();
  await expect(heading(page, "Zoe Lind")).toBeVisible();
  expect((await token(page).inputValue()).length).toBeGreaterThan(30);
  await expect(page.getByText("Hand it over by another channel than e-mail.")).toBeVisible();
  await page.reload();
  await expect(heading(page, "Zoe Lind")).toBeVisible();
  await expect(token(page)).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Profile" })).toContainText("Acme");
});

test("a sub-role, and a role until a day, are shown with what they fall back to", async ({ page, signedIn }, info) => {
  const kim = await signedIn("kim");
  const email = `lou-${info.project.name}-${info.retry}@acme-corp.example`.toLowerCase();
  await kim.goes("/staff");
  await page.getByRole("link", { name: "Invite" }).click();
  await dialog(page).getByLabel("Address at the identity provider").fill(email);
  await dialog(page).getByLabel("Name", { exact: true }).fill("Lou Ferro");
  await dialog(page).getByText("support", { exact: true }).click();
  await dialog(page).getByLabel("Sub-role").selectOption("support_l1");
  await why(page).fill("Joins the support team in Berlin");
  await dialog(page).getByLabel(/I made sure who this is/).check();
  await dialog(page).getByRole("button", { name: "Invite" }).click();
  const profile = page.getByRole("region", { name: "Profile" });
  await expect(profile).toContainText("support_l1");
  await page.getByRole("link", { name: "Change", exact: true }).click();
  await dialog(page).getByText("security", { exact: true }).click();
  await dialog(page).getByLabel("Sub-role").selectOption("");
  await dialog(page).getByLabel("Role only until the end of").fill("2099-01-31");
  await why(page).fill("While Sasha is away on leave");
  await dialog(page).getByRole("button", { name: "Change" }).click();
  await expect(profile).toContainText("then support, support_l1 again: While Sasha is away on leave");
});

test("whoever is deactivated is out by the next request", async ({ page, untouched: site, browser }) => {
  test.setTimeout(120_000);
  const kim = new Staff(page, site, "kim", new Keyring());
  await kim.signIn();
  const rio = await elsewhere(browser, site, "rio", new Keyring());
  const inside = rio.page.context();
  expect(await isLetIn(inside, site.staff("/tenants"))).toBe(true);
  await kim.goes("/staff?q=rio");
  await expect(page.getByText("Only one super admin is enrolled for good")).toBeVisible();
  await rows(page, "Staff").getByRole("link", { name: /Rio Tan/ }).click();
  await page.getByRole("link", { name: "Deactivate" }).click();
  await expect(dialog(page)).toContainText("For ever");
  await why(page).fill("Left the company today");
  await dialog(page).getByRole("button", { name: "Deactivate Rio Tan" }).click();
  await expect(told(page)).toContainText("Rio Tan is deactivated.");
  expect(await isLetIn(inside, site.staff("/tenants"))).toBe(false);
  const checklist = page.getByRole("region", { name: "After the deactivation" });
  await expect(checklist).toContainText("Write down what was done");
  await checklist.getByRole("link", { name: "Done" }).first().click();
  await dialog(page).getByLabel("What was done").fill("Nothing unusual in 90 days");
  await dialog(page).getByRole("button", { name: "Note it" }).click();
  await expect(checklist).toContainText("by Kim Moreno");
  await inside.close();
});

test("nobody changes themselves, and who may only look is offered nothing", async ({ page, signedIn }) => {
  const kim = await signedIn("kim");
  await kim.goes("/staff?q=kim");
  await rows(page, "Staff").getByRole("link", { name: /Kim Moreno/ }).click();
  await expect(page.getByText("Ask another super admin.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Deactivate" })).toHaveCount(0);
});

test("security looks and is offered nothing", async ({ page, signedIn }) => {
  const sasha = await signedIn("sasha");
  await sasha.goes("/staff");
  await expect(rows(page, "Staff").first()).toBeVisible();
  await expect(page.getByRole("link", { name: "Invite" })).toHaveCount(0);
});

test("support is told which guardrail keeps the page closed", async ({ page, site, signedIn, watch }) => {
  watch.expectStatus(403);
  await signedIn("jess");
  await expect(page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: "Staff" })).toHaveCount(0);
  const answer = await page.goto(site.staff("/staff"));
  expect(answer?.status()).toBe(403);
  await expect(page.getByText("Role guardrail")).toBeVisible();
});
