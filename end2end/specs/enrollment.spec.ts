// A first day: the provider knows niko, nobody here does, and the token that kim's invitation made lets him in.

import { Keyring, Authenticator } from "../support/authenticator";
import { looksWell } from "../support/looks";
import { chooseAtTheProvider } from "../support/staff";
import { expect, test } from "../support/test";

test("niko enrols with his token and a passkey", async ({ page, untouched, watch, wasm }) => {
  watch.expectStatus(422);
  await Authenticator.plugIn(page, new Keyring().of("niko"));
  await page.goto(untouched.staff("/sign-in"));
  await page.getByRole("link", { name: "Sign in with Demo SSO" }).click();
  const shown = await page.getByText("Enrollment token:").innerText();
  await page.getByRole("button", { name: "Continue as niko" }).click();

  await expect(page).toHaveURL(untouched.staff("/enrollment"));
  await expect(page.getByText("niko@acme-corp.example")).toBeVisible();
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await looksWell(page, "enrollment", theme, wasm);
  }
  const token = page.getByRole("textbox", { name: "Enrollment token" });
  await token.fill("a token that is none");
  await page.getByRole("button", { name: "Enroll" }).click();
  await expect(token).toHaveAccessibleDescription(/not valid for you/);
  await looksWell(page, "enrollment-refused", "dark", wasm);

  await token.fill(shown.replace("Enrollment token:", "").trim());
  await page.getByRole("button", { name: "Enroll" }).click();
  await page.getByRole("button", { name: "Register a passkey" }).click();

  // The console opens when he has acknowledged what he is responsible for, and left another way to be reached.
  await expect(page).toHaveURL(untouched.staff("/responsibilities"));
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await looksWell(page, "responsibilities", theme, wasm);
  }
  await page.goto(untouched.staff("/users"));
  await expect(page).toHaveURL(untouched.staff("/responsibilities"));
  const contact = page.getByRole("textbox", { name: "Backup contact" });
  await contact.fill("niko@acme-corp.example");
  await page.getByRole("button", { name: "Acknowledge and go on" }).click();
  await expect(contact).toHaveAccessibleDescription(/your address at work/);
  await contact.fill("+49 30 901820");
  await page.getByRole("button", { name: "Acknowledge and go on" }).click();
  await expect(page.getByRole("heading", { name: /, Niko$/ })).toBeVisible();
});

test("without a proven identity there is nothing to paste a token into", async ({ page, site, watch }) => {
  watch.expectStatus(401);
  await page.goto(site.staff("/enrollment"));
  await expect(page.getByRole("alert")).toContainText("No sign-in is under way");
  await page.getByRole("link", { name: "Start again" }).click();
  await expect(page).toHaveURL(site.staff("/sign-in"));
});

test("who is enrolled never sees the field", async ({ page, site }) => {
  await page.goto(site.staff("/sign-in"));
  await chooseAtTheProvider(page, "sol");
  await expect(page).toHaveURL(site.staff("/sign-in"));
});
