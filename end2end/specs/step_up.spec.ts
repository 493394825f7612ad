// A form that needs a fresher proof: the console asks for the passkey, and sends it again by itself. And staying signed in.

import { ageProof } from "../support/database";
import { looksWell } from "../support/looks";
import { rows } from "../support/rooms";
import { openSessionMenu } from "../support/staff";
import { expect, test } from "../support/test";

const OLD = 11 * 60;

test("rob revokes a passkey with an old proof: asked once, done once", async ({ page, signedIn, program, wasm }) => {
  const rob = await signedIn("rob");
  await rob.goes("/passkeys");
  const list = rows(page, "Your passkeys");
  await rob.takesAnotherKey();
  await page.getByRole("textbox", { name: "Name" }).fill("Key in the drawer");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(list).toHaveCount(2);

  ageProof(program, "rob", OLD);
  await page.getByRole("link", { name: "Revoke Key in the drawer" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke passkey" }).click();
  await expect(page).toHaveURL(/\/step-up\/sup_\w{26}$/);
  const about = page.getByRole("list", { name: "What you are about to do" });
  await expect(about).toContainText("revoke a passkey");
  await expect(about).toContainText("Key in the drawer");
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await looksWell(page, "step-up", theme, wasm);
  }

  await page.getByRole("link", { name: "Cancel" }).click();
  await expect(page).toHaveURL(/\/passkeys/);
  await expect(list).toHaveCount(2);

  await page.getByRole("link", { name: "Revoke Key in the drawer" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke passkey" }).click();
  await page.getByRole("button", { name: "Use passkey" }).click();
  await expect(page).toHaveURL(/\/passkeys/);
  await expect(page.getByText("The passkey is revoked.")).toBeVisible();
  await expect(list).toHaveCount(1);
  await rob.goes("/whoami");
  await expect(page.getByRole("region", { name: "This session" })).toContainText(/Proved\s*1[12] min ago/);
});

test("a passkey that does not verify its user changes nothing, and says so", async ({ page, signedIn, program, watch }) => {
  watch.expectStatus(409);
  const sasha = await signedIn("sasha");
  await sasha.goes("/passkeys");
  await sasha.takesAnotherKey();
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(rows(page, "Your passkeys")).toHaveCount(2);
  ageProof(program, "sasha", OLD);
  await page.getByRole("link", { name: "Revoke Another passkey" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke passkey" }).click();
  await sasha.cannotProveItself();
  await page.getByRole("button", { name: "Use passkey" }).click();
  await expect(page.getByRole("alert").filter({ hasText: /./ })).toBeVisible();
  await sasha.goes("/passkeys");
  await expect(rows(page, "Your passkeys")).toHaveCount(2);
});

test("jess stays signed in, and comes back to where she was", async ({ page, signedIn, program, wasm }) => {
  const jess = await signedIn("jess");
  ageProof(program, "jess", OLD);
  await jess.goes("/tenants?q=acme");
  await openSessionMenu(page);
  await page.getByRole("link", { name: "Stay signed in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Stay signed in" })).toBeVisible();
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await looksWell(page, "stay", theme, wasm);
  }
  await page.getByRole("button", { name: "Use passkey" }).click();
  await expect(page).toHaveURL(/\/tenants\?q=acme$/);
  await jess.goes("/whoami");
  await expect(page.getByRole("region", { name: "This session" })).toContainText(/Proved\s*now/);
});
