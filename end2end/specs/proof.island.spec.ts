// An entry's proof, checked in the browser by the core's own code, for staff and for a tenant's owner.

import type { Locator, Page } from "@playwright/test";
import { entries } from "../support/audit";
import { looksWell } from "../support/looks";
import { enter } from "../support/tenant";
import { expect, settled, test } from "../support/test";

/** Opens an entry, and returns the card that proves it. */
async function prove(page: Page, at = 0): Promise<Locator> {
  const line = entries(page).nth(at);
  await line.locator("summary").click();
  const card = line.locator("[data-proof]");
  await expect(card).toBeVisible();
  return card;
}

/** What stands beside a label of the card. */
const value = (card: Locator, label: string): Locator => card.locator(`dt:text-is("${label}") + dd`);

/** Wherever the page's receipts hold one text, its script reads another. */
async function receiptsSay(page: Page, instead: [string, string]): Promise<void> {
  await page.addInitScript(([from, to]) => {
    const fetched = window.fetch;
    window.fetch = async (address, ...how) => {
      const answer = await fetched(address, ...how);
      if (!String(address).endsWith("/receipt")) return answer;
      return new Response((await answer.text()).replace(from, to), { status: answer.status });
    };
  }, instead);
}

test("staff see the proof of an entry as it is opened", async ({ page, site, signedIn, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await signedIn("kim");
  await page.goto(site.staff("/audit"));
  const card = await prove(page);
  await expect(card.getByRole("heading", { name: "Proof, checked in this browser" })).toBeVisible();
  await expect(value(card, "Log")).toHaveText("platform");
  await expect(value(card, "Leaf")).toHaveText(/^[\d,]+ of [\d,]+$/);
  await expect(value(card, "Root")).toHaveText(/^[0-9a-f]{4}…[0-9a-f]{4}$/);
  await expect(value(card, "Path")).toHaveText(/^\d+ hash(es)?, \d+\.\d ms$/);
  await expect(value(card, "Checkpoint")).toHaveText(/^\d\d:\d\d:\d\d · key master-key$/);
  await expect(card.getByText("Witness", { exact: true })).toHaveCount(0);

  await card.getByRole("button", { name: "Copy receipt" }).click();
  await expect(card.getByRole("status")).toHaveText("Copied.");
  const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  expect(copied.standing).toBe("proved");
  expect(copied.receipt.proof).toContain("c2sp.org/tlog-proof@v1\n");

  await card.getByRole("link", { name: "Link" }).click();
  await expect(page).toHaveURL(/q=id%3Aevt_/);
  await expect(entries(page)).toHaveCount(1);
});

test("an owner proves the entries of their own log", async ({ page, site }) => {
  await enter(page, site, "val");
  await page.goto(site.tenant("acme", "/audit"));
  const card = await prove(page);
  await expect(card.getByRole("heading", { name: "Proof, checked in this browser" })).toBeVisible();
  await expect(value(card, "Log")).toHaveText("Acme");
});

// That nobody agrees is said, too: only where there is no witness there is nothing to say.
for (const [agree, of] of [[2, 3], [0, 2]]) {
  test(`it says that ${agree} of ${of} witnesses agree`, async ({ page, site, signedIn }) => {
    await signedIn("kim");
    await receiptsSay(page, ['"agree":0,"of":0', `"agree":${agree},"of":${of}`]);
    await page.goto(site.staff("/audit"));
    const card = await prove(page);
    await expect(value(card, "Witness")).toHaveText(`${agree} of ${of} agree`);
  });
}

test("nothing below an opened entry moves when its proof arrives", async ({ page, site }) => {
  let arrives = () => {};
  await enter(page, site, "val");
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    const arrival = new Promise<void>((resolve) => (arrives = resolve));
    await page.unrouteAll();
    await page.route("**/receipt", async (route) => {
      await arrival;
      await route.continue();
    });
    // What little is known of a sign-in does not make the room that the proof needs.
    await page.goto(site.tenant("acme", "/audit?q=action:user.sign_in"));
    const card = await prove(page);
    const height = async () => (await entries(page).first().boundingBox())?.height;
    const before = await height();
    arrives();
    await expect(card.getByRole("heading", { name: "Proof, checked in this browser" })).toBeVisible();
    expect(await height(), `${width} px`).toBe(before);
  }
});

test("a receipt that was tampered with is refused, and says why", async ({ page, site, wasm, signedIn }) => {
  await signedIn("kim");
  await receiptsSay(page, [String.raw`\"outcome\":\"`, String.raw`\"outcome\":\"x`]);
  await page.goto(site.staff("/audit"));
  const card = await prove(page);
  await expect(card.getByRole("heading", { name: "This entry is not proved" })).toBeVisible();
  await expect(card.getByRole("alert")).toContainText("the proof does not lead to the checkpoint");
  await settled(page, wasm);
  await looksWell(page, "audit-refused", "light", wasm);
});

for (const theme of ["light", "dark"] as const) {
  test(`an opened entry looks well, ${theme}`, async ({ page, site, wasm, signedIn }) => {
    await page.emulateMedia({ colorScheme: theme });
    await signedIn("kim");
    await page.goto(site.staff("/audit?q=action:flag.update"));
    const card = await prove(page);
    await expect(card.getByRole("heading", { name: "Proof, checked in this browser" })).toBeVisible();
    await looksWell(page, "audit-proved", theme, wasm);
  });
}
