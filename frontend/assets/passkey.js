// The passkey ceremony, which HTML cannot do; the sign-in page's only script. It decides nothing; the server checks everything.
// Expects <button data-passkey="register" | "authenticate" disabled> and <p data-passkey-error role="alert" hidden>. Inside a session
// the button says where to: data-begin, data-finish, data-next; a new passkey's name is in <input data-passkey-name>.
const button = document.querySelector("[data-passkey]");
const alertBox = document.querySelector("[data-passkey-error]");

// What went wrong, in words for people; with the request's id where the server has one to quote.
class Refusal extends Error {
  constructor(message, requestId, guardrails) {
    super(message);
    this.requestId = requestId;
    this.guardrails = guardrails;
  }
}

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
}

function base64url(buffer) {
  if (!buffer || buffer.byteLength === 0) return null;
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    credentials: "same-origin",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new Refusal("The server could not be reached. Check your connection and try again.");
  });
  const value = await answer.json().catch(() => ({}));
  if (answer.ok) return value;
  const { message, request_id, fields, guardrails } = value?.error ?? {};
  const words = fields?.name ?? message ?? `The server answered ${answer.status}. Try again in a moment.`;
  throw new Refusal(words, request_id, guardrails);
}

function listed(credentials) {
  return credentials?.map((credential) => ({ ...credential, id: bytes(credential.id) }));
}

function creation(options) {
  const user = { ...options.user, id: bytes(options.user.id) };
  const excludeCredentials = listed(options.excludeCredentials);
  return { ...options, challenge: bytes(options.challenge), user, excludeCredentials };
}

function assertion(options) {
  return { ...options, challenge: bytes(options.challenge), allowCredentials: listed(options.allowCredentials) };
}

// The shape of webauthn-rs' RegisterPublicKeyCredential and PublicKeyCredential.
function sealed({ id, rawId, type, response }, extensions) {
  const clientDataJSON = base64url(response.clientDataJSON);
  const proof = response.attestationObject
    ? { attestationObject: base64url(response.attestationObject), transports: response.getTransports?.() ?? null }
    : {
        authenticatorData: base64url(response.authenticatorData),
        signature: base64url(response.signature),
        userHandle: base64url(response.userHandle),
      };
  return { id, rawId: base64url(rawId), type, response: { clientDataJSON, ...proof }, extensions };
}

async function ceremony({ passkey: kind, begin = "/sign-in/passkey/begin", finish = "/sign-in/passkey/finish" }) {
  const name = document.querySelector("[data-passkey-name]")?.value;
  const { publicKey } = await post(begin, { zone: Intl.DateTimeFormat().resolvedOptions().timeZone });
  const credential =
    kind === "register"
      ? await navigator.credentials.create({ publicKey: creation(publicKey) })
      : await navigator.credentials.get({ publicKey: assertion(publicKey) });
  if (!credential) throw new Refusal("The browser gave no passkey. Try again.");
  const proof = sealed(credential, credential.getClientExtensionResults());
  return post(finish, finish.startsWith("/api/") ? { name, credential: proof } : proof);
}

function explained(error) {
  if (error instanceof Refusal) return error.message;
  switch (error.name) {
    case "NotAllowedError":
    case "AbortError":
      return "Nothing was signed: it was cancelled, or took too long. Try again when your key is at hand.";
    case "InvalidStateError":
      return "This key is registered already. Use another one.";
    case "SecurityError":
      return "The browser does not allow a passkey at this address. Open the staff entrance at its own address.";
    default:
      return "The browser could not use the passkey. Try again, or use another browser.";
  }
}

function say(message, requestId) {
  alertBox.textContent = requestId ? `${message} Request ${requestId}.` : message;
  alertBox.hidden = !message;
}

// The six rows of the entrance, as the server decided them a moment ago.
function draw(guardrails = []) {
  for (const { name, standing, text } of guardrails) {
    const row = document.querySelector(`[data-guard="${CSS.escape(name)}"]`);
    if (!row) continue;
    const failed = standing === "failed";
    row.removeAttribute("aria-current");
    row.querySelector(".gr > span").className = { passed: "", failed: "no" }[standing] ?? "na";
    row.querySelector("[data-words]").textContent = text;
    const state = row.querySelector("[data-state]");
    state.textContent = standing === "open" ? "" : standing;
    state.className = failed ? "fail small" : "faint small";
  }
}

function busy(on) {
  button.setAttribute("aria-busy", on);
  button.disabled = on;
}

button?.addEventListener("click", async () => {
  if (button.disabled) return;
  say("");
  busy(true);
  try {
    const { location: next } = await ceremony(button.dataset);
    location.assign(button.dataset.next ?? next ?? "/");
  } catch (error) {
    draw(error.guardrails);
    say(explained(error), error.requestId);
    busy(false);
    button.focus();
  }
});

// Disabled until here: a press that nobody hears yet would be lost.
if (button && window.PublicKeyCredential) {
  button.disabled = false;
} else if (button) {
  say("This browser has no passkeys. Use a current version of Chrome, Edge, Firefox or Safari.");
}
