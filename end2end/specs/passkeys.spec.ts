// One's own passkeys: another one, another name, the way to be rid of one; and what an old proof may not do.

import { Keyring } from "../support/authenticator";
import { told } from "../support/flash";
import { looksWell } from "../support/looks";
import { dialog, rows } from "../support/rooms";
import { Staff, openSessionMenu } from "../support/staff";
import { expect, test } from "../support/test";

test("ada adds a passkey of another device, names it, and revokes the first", async ({ page, signedIn, wasm }) => {
  const ada = await signedIn("ada");
  await openSessionMenu(page);
  await page.getByRole("link", { name: "Your passkeys" }).click();
  const list = rows(page, "Your passkeys");
  await expect(list).toHaveCount(1);
  await expect(list.first()).toContainText("this session");
  await expect(page.getByRole("link", { name: /^Revoke/ })).toHaveCount(0);

  await ada.takesAnotherKey();
  await page.getByRole("textbox", { name: "Name" }).fill("Key in the drawer");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(list).toHaveCount(2);
  await expect(list.nth(1)).toContainText("Key in the drawer");

  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await looksWell(page, "passkeys", theme, wasm);
  }
  await page.getByRole("link", { name: "Rename First passkey" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name" }).fill("Laptop");
  await dialog.getByRole("button", { name: "Rename" }).click();
  await expect(list.first()).toContainText("Laptop");

  await page.getByRole("link", { name: "Revoke Key in the drawer" }).click();
  await expect(dialog).toContainText("It cannot be used again, and cannot come back.");
  await looksWell(page, "passkeys-revoke", "light", wasm);
  await dialog.getByRole("button", { name: "Revoke passkey" }).click();
  await expect(page.getByText("The passkey is revoked.")).toBeVisible();
  await expect(list).toHaveCount(1);
  await ada.goes("/audit?q=action:passkey.*");
  await expect(page.getByRole("region", { name: "Entries" })).toContainText("revoked a passkey");
});

test("an authenticator that does not verify its user adds nothing, and says so", async ({ page, signedIn, watch }) => {
  watch.expectStatus(409);
  const sol = await signedIn("sol");
  await sol.goes("/passkeys");
  await sol.cannotProveItself();
  // Another test of the same server may have left sol more than the one they came with.
  const list = rows(page, "Your passkeys");
  await expect(list.first()).toBeVisible();
  const held = await list.count();
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(page.getByRole("alert").filter({ hasText: /./ })).toBeVisible();
  await expect(list).toHaveCount(held);
  await page.reload();
  await expect(list).toHaveCount(held);
});

test("where policy asks for one bound to its device, a synchronised passkey is refused with what to do", async ({
  page,
  anotherBrowser,
  untouched: site,
  watch,
}) => {
  test.setTimeout(120_000);
  watch.expectStatus(401);
  const kim = new Staff(page, site, "kim", new Keyring());
  await kim.signIn();
  await kim.goes("/policies?role=support&action=tenant.list&passkey=device_bound&act=save");
  await dialog(page).getByLabel("Name").fill("bound");
  await dialog(page).getByLabel("Whom it concerns").selectOption("support");
  await dialog(page).getByLabel("Why").fill("Accounts that synchronise were phished");
  await dialog(page).getByRole("button", { name: "Try it" }).click();
  await expect(told(page)).toContainText("bound is added");
  const policies = page.getByRole("region", { name: "Guard policies" });
  await expect(policies).toContainText("a passkey that cannot leave its device");

  const door = await anotherBrowser();
  const jess = new Staff(door, site, "jess", new Keyring());
  await jess.throughTheProvider();
  await jess.takesAnotherKey("synced");
  await door.getByRole("button", { name: "Register a passkey" }).click();
  await expect(door.getByRole("alert").filter({ hasText: /./ })).toContainText("cannot leave its device");
  await jess.takesAnotherKey();
  await door.reload();
  await jess.withPasskey("Register a passkey");
});
