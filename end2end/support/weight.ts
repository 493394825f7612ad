// What a page moves over the wire: compressed bodies and headers, counted by the browser.

import type { Page } from "@playwright/test";

export type Weight = { bytes: number; files: string[] };

/** Opens an address with an empty cache, waits until `complete`, and says what it moved. */
export async function weigh(page: Page, address: string, complete: () => Promise<void>): Promise<Weight> {
  // What the former page still loads is not counted.
  await page.goto("about:blank");
  const session = await page.context().newCDPSession(page);
  const names = new Map<string, string>();
  const weight: Weight = { bytes: 0, files: [] };
  session.on("Network.requestWillBeSent", ({ requestId, request }) => names.set(requestId, request.url));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    weight.bytes += encodedDataLength;
    weight.files.push(`${encodedDataLength} ${names.get(requestId)}`);
  });
  await session.send("Network.enable");
  await session.send("Network.clearBrowserCache");
  await page.goto(address, { waitUntil: "networkidle" });
  await complete();
  await session.detach();
  return weight;
}
