// Who am I: linked from the session menu and the page of ways, for every role, about nobody else.

import { looksWell } from "../support/looks";
import { openSessionMenu } from "../support/staff";
import { expect, test } from "../support/test";

for (const person of ["kim", "rio"]) {
  test(`${person} reads how the server sees the request`, async ({ page, signedIn }) => {
    await signedIn(person);
    await openSessionMenu(page);
    await page.getByRole("navigation", { name: "Your account" }).getByRole("link", { name: "Who am I" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Who am I" })).toBeVisible();
    const request = page.getByRole("region", { name: "This request" });
    await expect(request).toContainText(/Address\s*127\.0\.0\.1/);
    await expect(request).toContainText("it is no trusted proxy");
    await expect(request).toContainText(/Network\s*allowed by/);
    await expect(request).toContainText(/req_\w{26}/);
    await expect(page.getByRole("region", { name: "You", exact: true })).toContainText(`${person}`);
    await expect(page.getByRole("region", { name: "This session" })).toContainText(/Factor\s*passkey/);
    const permits = page.getByRole("table", { name: "What your role permits" });
    await expect(permits.getByRole("row", { name: /^tenant\.list/ })).toBeVisible();
    await expect(permits.getByRole("row", { name: /^tenant\.delete/ })).toHaveCount(person === "kim" ? 1 : 0);
  });
}

test("the page of ways leads there, and the page looks well", async ({ page, signedIn, wasm }) => {
  const kim = await signedIn("kim");
  await kim.goes("/go?q=who");
  await page.getByRole("link", { name: "Who am I" }).last().click();
  await expect(page).toHaveURL(/\/whoami$/);
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await looksWell(page, "whoami", theme, wasm);
  }
});
