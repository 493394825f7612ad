// A session is narrowed from its own page or on the way in, and only signing in again widens it.

import { looksWell } from "../support/looks";
import { openSessionMenu } from "../support/staff";
import { expect, test } from "../support/test";

test("jess narrows her session, and the top bar says so until she signs in again", async ({ page, signedIn, wasm }) => {
  const jess = await signedIn("jess");
  await openSessionMenu(page);
  await page.getByRole("navigation", { name: "Your account" }).getByRole("link", { name: "Narrow this session" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Narrow this session" })).toBeVisible();
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await looksWell(page, "narrow", theme, wasm);
  }
  await page.getByRole("combobox", { name: "View the console as" }).selectOption("read only");
  await page.getByRole("checkbox", { name: /^Reads only/ }).check();
  await page.getByRole("button", { name: "Narrow this session" }).click();
  await expect(page.getByText("To widen it, sign in again.")).toBeVisible();
  await expect(page.getByRole("banner").getByRole("link", { name: /viewing as read only · reads only/ })).toBeVisible();
  await jess.signOut();

  await jess.throughTheProvider();
  await page.getByText("Narrow this session").click();
  await page.getByRole("combobox", { name: "View the console as" }).selectOption("support_l1");
  await page.getByRole("textbox", { name: "One tenant" }).fill("acme");
  await page.getByRole("button", { name: "Narrow it" }).click();
  await expect(page.getByRole("status")).toContainText("Your session will be narrowed: viewing as support_l1, only acme");
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.getByText("Narrow this session").click();
    await looksWell(page, "entrance-narrowed", theme, wasm);
    await page.getByText("Narrow this session").click();
  }
  await jess.withPasskey("Use passkey");
  const told = page.getByRole("banner").getByRole("link", { name: /narrowed/ });
  await expect(told).toContainText("viewing as support_l1 · only Acme");
  await expect(told).not.toContainText("reads only");
});

test("a session that only reads is offered nothing that changes, and an address says why", async ({
  page,
  site,
  signedIn,
  wasm,
}) => {
  await signedIn("kim");
  await page.goto(site.staff("/tenants/acme"));
  await expect(page.getByRole("link", { name: "Rename" })).toBeVisible();
  await page.goto(site.staff("/narrow"));
  await page.getByRole("checkbox", { name: /^Reads only/ }).check();
  await page.getByRole("button", { name: "Narrow this session" }).click();
  await page.goto(site.staff("/tenants/acme"));
  await expect(page.getByRole("heading", { level: 1, name: "Acme" })).toBeVisible();
  await expect(page.getByRole("link", { name: /^(Rename|Suspend)$/ })).toHaveCount(0);
  await page.goto(site.staff("/tenants/acme?act=rename"));
  const dialog = page.getByRole("dialog", { name: "This would be refused" });
  await expect(dialog).toContainText("This session is narrowed to reads, and this changes something.");
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await looksWell(page, "refused-dialog", theme, wasm);
  }
  await dialog.getByRole("button", { name: "Sign out, to sign in again" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Signed out" })).toBeVisible();
});
