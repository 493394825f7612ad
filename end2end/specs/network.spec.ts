// Network rules: shown with what they do to oneself, changed as trials, with a banner on every page until somebody ends them.

import type { Page } from "@playwright/test";
import { Keyring } from "../support/authenticator";
import { told } from "../support/flash";
import { dialog, refused, rows } from "../support/rooms";
import { Staff } from "../support/staff";
import { expect, test } from "../support/test";

const banner = (page: Page) => page.getByRole("region", { name: "Change on trial" });

async function tries(page: Page, range: string): Promise<void> {
  await dialog(page).getByLabel("Range").fill(range);
  await dialog(page).getByRole("button", { name: "Show what it would do" }).click();
}

test("a rule is tried, rolled back, tried again and confirmed", async ({ page, untouched: site }) => {
  test.setTimeout(120_000);
  const kim = new Staff(page, site, "kim", new Keyring());
  await kim.signIn();
  await kim.goes("/network");
  await expect(page.getByRole("region", { name: "Your own address" })).toContainText("You are let in by loopback");
  await expect(rows(page, "Network rules").filter({ hasText: "configuration file" })).not.toHaveCount(0);
  await page.getByRole("link", { name: "Add a rule" }).click();
  await dialog(page).getByLabel("Name").fill("vpn-berlin");
  await dialog(page).getByLabel("Kind").selectOption("vpn");
  await tries(page, "0.0.0.0/0");
  await refused(dialog(page).getByLabel("Range"), /everywhere/, "0.0.0.0/0");
  await tries(page, "198.51.100.0/24");
  await expect(dialog(page)).toContainText("would be let in by loopback");
  await dialog(page).getByLabel("Why").fill("The office in Berlin has moved");
  await dialog(page).getByRole("button", { name: "Try it" }).click();
  await expect(told(page)).toContainText("vpn-berlin is added");
  await expect(rows(page, "Network rules").filter({ hasText: "vpn-berlin" })).toHaveCount(1);
  await kim.goes("/tenants");
  await expect(banner(page)).toContainText("A change of the network rules is on trial: vpn-berlin is added.");
  await banner(page).getByRole("button", { name: "Roll back" }).click();
  await expect(told(page)).toContainText("rolled back");
  await expect(banner(page)).toHaveCount(0);
  await kim.goes("/network");
  await expect(rows(page, "Network rules").filter({ hasText: "vpn-berlin" })).toHaveCount(0);
  await kim.goes("/network?act=add&step=preview&name=vpn-berlin&kind=vpn&range=198.51.100.0%2F24");
  await dialog(page).getByLabel("Why").fill("The office in Berlin has moved");
  await dialog(page).getByRole("button", { name: "Try it" }).click();
  await banner(page).getByRole("button", { name: "Confirm" }).click();
  await expect(told(page)).toContainText("The change is confirmed");
  await expect(banner(page)).toHaveCount(0);
  await expect(rows(page, "Network rules").filter({ hasText: "vpn-berlin" })).toHaveCount(1);
});
