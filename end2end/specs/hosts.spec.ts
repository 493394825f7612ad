// Hosts: each has its own pages, and any other name has none.

import { get } from "../support/http";
import { expect, test } from "../support/test";

const LOOPBACK = "http://127.0.0.1";

test("an unknown host has nothing, whatever the path", async ({ site }) => {
  for (const host of ["127.0.0.1", "localhost", "evil.example", "admin.localhost.evil.example", "a.b.app.localhost"]) {
    for (const path of ["/", "/sign-in", "/api/admin/session", "/assets/console.css"]) {
      const answer = await get(`${LOOPBACK}:${site.port}${path}`, { host: `${host}:${site.port}` });
      expect(answer.status, `${host}${path}`).toBe(404);
      expect(answer.headers["set-cookie"]).toBeUndefined();
    }
  }
});

test("health answers any host", async ({ site }) => {
  for (const path of ["/healthz", "/readyz"]) {
    const answer = await get(`${LOOPBACK}:${site.port}${path}`, { host: "anything.example" });
    expect(answer.status, path).toBe(200);
  }
});

test("a page of one host does not exist on another", async ({ site }) => {
  for (const address of [
    site.tenant("acme", "/sign-in/passkey/begin"),
    site.tenant("acme", "/enrollment"),
    site.tenant("acme", "/api/admin/session"),
    site.tenant("acme", "/authorize"),
    site.staff("/authorize"),
    site.staff("/jwks"),
    site.staff("/visit/over"),
    site.provider("/api/admin/session"),
    site.provider("/sign-in"),
  ]) {
    const answer = await get(address, { accept: "application/json" });
    expect([401, 404], `${address}: ${answer.status}`).toContain(answer.status);
  }
});

test("no API answers a stranger", async ({ site }) => {
  for (const address of [
    site.staff("/api/admin/session"),
    site.staff("/api/admin/tenants/acme/users"),
    site.staff("/api/admin/audit-logs"),
    site.tenant("acme", "/api/tenant/users"),
    site.tenant("acme", "/api/tenant/audit-logs"),
  ]) {
    const answer = await get(address);
    expect(answer.status, address).toBe(401);
    expect(JSON.parse(answer.body).error.code).toBe("UNAUTHENTICATED");
  }
});

test("every page carries a strict policy, and none is kept or framed", async ({ site }) => {
  for (const address of [site.staff("/sign-in"), site.staff("/signed-out"), site.provider("/"), site.tenant("acme", "/visit/over")]) {
    const { headers } = await get(address, { accept: "text/html" });
    const policy = String(headers["content-security-policy"]);
    expect(policy, address).toContain("default-src 'none'");
    expect(policy, address).toContain("frame-ancestors 'none'");
    expect(policy, address).not.toContain("unsafe-inline");
    expect(policy, address).not.toContain("'unsafe-eval'");
    expect(headers["x-content-type-options"], address).toBe("nosniff");
    expect(headers["referrer-policy"], address).toBe("same-origin");
    expect(headers["cache-control"], address).toContain("no-store");
  }
});
