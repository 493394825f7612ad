// Codes in the place of a passkey: an authenticator app is set up and lets in; a recovery code leads to a new passkey.

import { looksWell } from "../support/looks";
import { rows } from "../support/rooms";
import { expect, test } from "../support/test";
import { code } from "../support/totp";

test("jess sets up an authenticator app and signs in by its code", async ({ page, site, signedIn, wasm }) => {
  const jess = await signedIn("jess");
  await jess.goes("/passkeys");
  await page.getByRole("button", { name: "Set up an app" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("img", { name: "QR code with the secret" })).toBeVisible();
  await looksWell(page, "passkeys-app", "light", wasm);
  const secret = (await dialog.getByText(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/).textContent())!;
  await dialog.getByRole("textbox", { name: "The code that the app shows" }).fill(code(secret));
  await dialog.getByRole("button", { name: "Set up" }).click();
  await expect(page.getByText("The authenticator app is set up")).toBeVisible();

  await jess.signOut();
  await jess.throughTheProvider();
  await page.locator("summary", { hasText: "Use a code" }).click();
  await page.getByRole("textbox", { name: "Code of your authenticator app" }).fill(code(secret, 1));
  await page.getByRole("button", { name: "Use a code" }).click();
  await expect(page).toHaveURL(site.staff("/"));
  await jess.goes("/passkeys");
  await expect(page.getByRole("heading", { name: "Prove that it is you" })).toBeVisible();
});

test("rio signs in by the code that the provider's page shows", async ({ page, untouched }) => {
  await page.goto(untouched.staff("/sign-in"));
  await page.getByRole("link", { name: "Sign in with Demo SSO" }).click();
  const shown = await page.getByText(/^Code of the authenticator app: \d{6}$/).textContent();
  await page.getByRole("button", { name: "Continue as rio" }).click();
  await page.locator("summary", { hasText: "Use a code" }).click();
  await page.getByRole("textbox", { name: "Code of your authenticator app" }).fill(shown!.slice(-6));
  await page.getByRole("button", { name: "Use a code" }).click();
  await expect(page).toHaveURL(untouched.staff("/"));
});

test("sol comes back with a recovery code and registers another passkey", async ({ page, signedIn }) => {
  const sol = await signedIn("sol");
  await sol.goes("/passkeys");
  await page.getByRole("link", { name: "Make new codes" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Make codes" }).click();
  const codes = page.getByRole("region", { name: "Your recovery codes" }).getByRole("listitem");
  await expect(codes).toHaveCount(10);
  const recovery = (await codes.first().textContent())!;
  await page.reload();
  await expect(codes).toHaveCount(0);

  await sol.signOut();
  await sol.throughTheProvider();
  await page.locator("summary", { hasText: "Use a recovery code" }).click();
  await page.getByRole("textbox", { name: "Recovery code" }).fill(recovery);
  await page.getByRole("button", { name: "Use a recovery code" }).click();
  await sol.takesAnotherKey();
  await sol.withPasskey("Register a passkey");
  await sol.goes("/passkeys");
  await expect(rows(page, "Your passkeys").filter({ hasText: "Passkey after recovery" })).toHaveCount(1);
  await expect(page.getByText("9 of 10 are left.")).toBeVisible();
});
