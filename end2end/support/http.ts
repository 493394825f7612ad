// Requests that do not come from the browser. `*.localhost` only resolves inside a browser, so the connection goes to the
// loopback address and the name travels in the Host header.

import { request } from "node:http";

export type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string };

/** Sends a GET to an address of the demo. */
export function get(address: string, headers: Record<string, string> = {}): Promise<Answer> {
  const url = new URL(address);
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: "127.0.0.1",
        port: url.port,
        path: url.pathname + url.search,
        headers: { host: url.host, ...headers },
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (piece) => (body += piece));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      },
    );
    call.on("error", reject);
    call.end();
  });
}
