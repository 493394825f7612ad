// Alerts: what concerns super admins waits for each of them until they acknowledge it, and leaves as a letter.

import { Keyring } from "../support/authenticator";
import { told } from "../support/flash";
import { dialog, rows } from "../support/rooms";
import { Staff } from "../support/staff";
import { expect, test } from "../support/test";

test("a deactivation waits in the inbox until it is acknowledged", async ({ page, untouched: site }) => {
  test.setTimeout(120_000);
  const kim = new Staff(page, site, "kim", new Keyring());
  await kim.signIn();
  await kim.goes("/alerts");
  await expect(page.getByRole("heading", { name: "No alerts" })).toBeVisible();
  await kim.goes("/staff?q=rio");
  await rows(page, "Staff").getByRole("link", { name: /Rio Tan/ }).click();
  await page.getByRole("link", { name: "Deactivate" }).click();
  await dialog(page).getByLabel(/^Why/).fill("Left the company today");
  await dialog(page).getByRole("button", { name: "Deactivate Rio Tan" }).click();
  await expect(told(page)).toContainText("Rio Tan is deactivated.");
  await kim.goes("/");
  await expect(page.getByRole("region", { name: "Needs a person" })).toContainText("1 alert to acknowledge");
  await kim.goes("/alerts");
  const row = rows(page, "Alerts").first();
  await expect(row).toContainText("deactivated staff member");
  await expect(row).toContainText("waiting");
  await row.getByRole("link").click();
  await expect(page.getByRole("region", { name: "Who is to acknowledge it" })).toContainText("Kim Moreno");
  await page.getByRole("button", { name: /^Acknowledge/ }).click();
  await expect(told(page)).toContainText("The alert is acknowledged.");
  await expect(page.getByRole("button", { name: /^Acknowledge/ })).toHaveCount(0);
  await kim.goes("/");
  await expect(page.getByRole("region", { name: "Needs a person" })).not.toContainText("to acknowledge");
});

test("who is no super admin has no inbox", async ({ page, signedIn, watch }) => {
  watch.expectStatus(403);
  const jess = await signedIn("jess");
  await jess.goes("/alerts");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Your role does not open this page");
  await expect(page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: /Alerts/ })).toHaveCount(0);
});
