// The receipt of an entry as a file, where nothing runs that could check it.

import { entries } from "../support/audit";
import { expect, test } from "../support/test";

test("an opened entry offers its receipt", async ({ page, site, signedIn }) => {
  await signedIn("kim");
  await page.goto(site.staff("/audit"));
  const line = entries(page).first();
  await line.locator("summary").click();
  const card = line.locator("[data-proof]");
  const href = await card.getByRole("link", { name: "Receipt" }).getAttribute("href");
  expect(href).toMatch(/^\/api\/admin\/audit-logs\/evt_\w{26}\/receipt$/);
  const receipt = await page.evaluate((address) => fetch(address).then((answer) => answer.json()), href ?? "");
  expect(["proved", "waits"]).toContain(receipt.standing);
  expect(receipt.keys[0].label).toBe("master-key");
});
