// What the first view of the console moves, everything counted: page, stylesheet, fonts, scripts, WebAssembly.

import { expect, settled, test } from "../support/test";
import { users } from "../support/users";
import { weigh } from "../support/weight";

const LIMIT = 150_000;

test("the first view of the console moves at most 150 kB", async ({ page, site, wasm, signedIn }) => {
  await signedIn("kim");
  const weight = await weigh(page, site.staff("/"), () => settled(page, wasm));
  expect(weight.files.some((file) => file.includes(".wasm")), "WebAssembly is counted, too").toBe(true);
  expect(weight.bytes, weight.files.join("\n")).toBeLessThanOrEqual(LIMIT);
});

test("and so does a first view of the Users page", async ({ page, site, wasm, signedIn }) => {
  await signedIn("kim");
  const weight = await weigh(page, site.staff("/users?tenant=acme"), () => settled(page, wasm));
  await expect(users(page)).toBeVisible();
  expect(weight.bytes, weight.files.join("\n")).toBeLessThanOrEqual(LIMIT);
});
