// A real identity provider, of a maker of its own: `node provider.mjs <origin of the console>`. It listens on a free port of
// this machine and says `ready <issuer>`. Whoever names themselves there is who they say, so it is for tests alone.

import { createServer, request } from "node:http";
import { once } from "node:events";
import Provider from "oidc-provider";

const [consoleOrigin] = process.argv.slice(2);
const server = createServer();
server.listen(0, "127.0.0.1");
await once(server, "listening");
const issuer = `http://localhost:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "console",
      client_secret: "of-the-console-alone",
      redirect_uris: [`${consoleOrigin}/sign-in/callback`],
      post_logout_redirect_uris: [`${consoleOrigin}/signed-out`],
      backchannel_logout_uri: `${consoleOrigin}/api/oidc/back-channel-logout`,
      backchannel_logout_session_required: true,
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  // Claims of a scope stand in the ID token itself, as those of most companies' providers do.
  conformIdTokenClaims: false,
  features: { backchannelLogout: { enabled: true } },
  // `*.localhost` only resolves inside a browser, and the console is on this machine.
  fetch: (url, { method, headers, body }) =>
    new Promise((resolve, reject) => {
      const { host, port, pathname } = new URL(url);
      const options = { host: "127.0.0.1", port, path: pathname, method, headers: { ...Object.fromEntries(headers), host } };
      const sent = request(options, (answer) => answer.resume().on("end", () => resolve({ status: answer.statusCode })));
      sent.on("error", reject);
      sent.end(String(body));
    }),
  pkce: { required: () => true },
  cookies: { keys: ["of this test alone"] },
  findAccount: (_, sub) => ({
    accountId: sub,
    claims: () => ({ sub, email: `${sub}@acme-corp.example`, email_verified: true, name: sub }),
  }),
});
server.on("request", provider.callback());
console.log(`ready ${issuer}`);
