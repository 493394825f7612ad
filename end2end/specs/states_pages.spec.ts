// What is seldom on the screen: rooms with nothing in them, rooms that stay closed, dialogs that end something, and what is
// shown once. Light and dark, in all widths.

import { Keyring } from "../support/authenticator";
import { told } from "../support/flash";
import { looksWell } from "../support/looks";
import { dialog, rows } from "../support/rooms";
import { Staff } from "../support/staff";
import { expect, test } from "../support/test";
import { code } from "../support/totp";
import type { Page } from "@playwright/test";

test.setTimeout(180_000);

async function inBothThemes(page: Page, name: string): Promise<void> {
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await looksWell(page, name, theme, "runs");
  }
}

const NOBODYS = [
  ["alerts-nothing", "/alerts"],
  ["visits-nothing", "/impersonations"],
  ["tenants-nothing", "/tenants?q=zzzzzz"],
  ["audit-nothing", "/audit?q=actor:nobody@acme-corp.example"],
  ["risk-nothing", "/risk?q=zzzzzz"],
] as const;

test("rooms with nothing in them", async ({ page, untouched: site }) => {
  const kim = new Staff(page, site, "kim", new Keyring());
  await kim.signIn();
  for (const [name, path] of NOBODYS) {
    await kim.goes(path);
    await inBothThemes(page, name);
  }
});

const CLOSED = {
  rio: ["/sessions", "/impersonations", "/risk", "/network", "/identity-providers", "/alerts", "/staff"],
  jess: ["/policies", "/roles"],
} as const;

for (const person of ["rio", "jess"] as const) {
  test(`rooms that stay closed to ${person}`, async ({ page, site, signedIn, watch }) => {
    watch.expectStatus(403);
    await signedIn(person);
    for (const path of CLOSED[person]) {
      const answer = await page.goto(site.staff(path));
      expect.soft(answer?.status(), `${person} at ${path}`).toBe(403);
      await looksWell(page, `forbidden${path.replaceAll("/", "-")}`, "light", "runs");
    }
  });
}

test("an account from its invitation to its end", async ({ page, untouched: site }) => {
  const kim = new Staff(page, site, "kim", new Keyring());
  await kim.signIn();
  await kim.goes("/staff?act=invite");
  await dialog(page).getByLabel("Address at the identity provider").fill("lou@acme-corp.example");
  await dialog(page).getByLabel("Name", { exact: true }).fill("Lou Ferro");
  await dialog(page).getByRole("button", { name: "Invite" }).click();
  await inBothThemes(page, "staff-invite-refused");
  await dialog(page).getByText("support", { exact: true }).click();
  await dialog(page).getByLabel(/^Why/).fill("Joins the support team in Berlin");
  await dialog(page).getByLabel(/I made sure who this is/).check();
  await dialog(page).getByRole("button", { name: "Invite" }).click();
  await expect(page.getByRole("textbox", { name: "Enrollment token" })).toBeVisible();
  await inBothThemes(page, "staff-token");

  await kim.goes("/staff?q=rio");
  await rows(page, "Staff").getByRole("link", { name: /Rio Tan/ }).click();
  const person = page.url();
  await page.getByRole("link", { name: "Reissue token" }).click();
  await inBothThemes(page, "staff-reissue");
  await page.goto(person);
  await page.getByRole("link", { name: "Deactivate" }).click();
  await inBothThemes(page, "staff-deactivate");
  await dialog(page).getByLabel(/^Why/).fill("Left the company today");
  await dialog(page).getByRole("button", { name: "Deactivate Rio Tan" }).click();
  await expect(told(page)).toContainText("Rio Tan is deactivated.");
  await inBothThemes(page, "staff-checklist");
  await kim.goes("/alerts");
  await inBothThemes(page, "alerts-waiting");
  await rows(page, "Alerts").first().getByRole("link").click();
  await inBothThemes(page, "alert");
});

test("codes, where they are made and where they are asked for", async ({ page, untouched: site }) => {
  const jess = new Staff(page, site, "jess", new Keyring());
  await jess.signIn();
  await jess.goes("/passkeys");
  await page.getByRole("link", { name: "Make new codes" }).click();
  await inBothThemes(page, "recovery-make");
  await dialog(page).getByRole("button", { name: "Make codes" }).click();
  await expect(page.getByRole("region", { name: "Your recovery codes" })).toBeVisible();
  await inBothThemes(page, "recovery-codes");
  await page.getByRole("button", { name: "Set up an app" }).click();
  const secret = (await dialog(page).getByText(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/).textContent())!;
  await dialog(page).getByRole("textbox", { name: "The code that the app shows" }).fill(code(secret));
  await dialog(page).getByRole("button", { name: "Set up" }).click();
  await expect(page.getByText("The authenticator app is set up")).toBeVisible();
  await jess.signOut();
  await jess.throughTheProvider();
  await page.locator("summary", { hasText: "Use a code" }).click();
  await page.getByRole("textbox", { name: "Code of your authenticator app" }).fill("12");
  await page.getByRole("button", { name: "Use a code" }).click();
  await page.locator("summary", { hasText: "Use a recovery code" }).click();
  await inBothThemes(page, "sign-in-codes");
});

test("a provider and a policy, while they are changed", async ({ page, untouched: site }) => {
  const kim = new Staff(page, site, "kim", new Keyring());
  await kim.signIn();
  await kim.goes("/identity-providers");
  await page.getByRole("link", { name: /Demo SSO/ }).click();
  await page.getByRole("link", { name: "Change", exact: true }).click();
  await inBothThemes(page, "providers-change");
  await kim.goes("/policies?role=support&action=tenant.suspend&target=acme&max_age=5&act=save");
  await inBothThemes(page, "policies-keep");
  await dialog(page).getByLabel("Name").fill("night");
  await dialog(page).getByLabel("Why").fill("Nobody suspends by night");
  await dialog(page).getByRole("button", { name: "Try it" }).click();
  await expect(told(page)).toContainText("night is added");
  await inBothThemes(page, "policies-trial");
  await page.getByRole("region", { name: "Change on trial" }).getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("region", { name: "Guard policies" }).getByRole("link", { name: "Change" }).click();
  await inBothThemes(page, "policies-change");
});
