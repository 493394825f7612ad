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
  await page.getByRole("textbox", { name: "One tenant" }).fill("acme");
  await page.getByRole("button", { name: "Narrow it" }).click();
  await expect(page.getByRole("status")).toContainText("Your session will be narrowed: only acme");
  await jess.withPasskey("Use passkey");
  const told = page.getByRole("banner").getByRole("link", { name: /narrowed/ });
  await expect(told).toContainText("only Acme");
  await expect(told).not.toContainText("reads only");
});
