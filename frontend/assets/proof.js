// Proves the entries of an audit log as they are opened: fetches the receipt, lets the core's own code check it, says what that
// proves. Without it the card keeps what the server drew: the receipt as a file. Expects its own tag to say where the prover lies:
//   <script type="module" data-prover src="proof.js" data-js="/…/prover.js" data-wasm="/…/prover.wasm"></script>
// and, once a page, <template data-proof-of="proved | waits | refused | failed" data-zone="…"> to be filled.
const { js, wasm } = document.querySelector("script[data-prover]").dataset;

let loading;
function prover() {
  loading ??= import(js).then(async (glue) => {
    await glue.default({ module_or_path: wasm });
    return glue;
  });
  loading.catch(() => (loading = undefined));
  return loading;
}

const grouped = (number) => new Intl.NumberFormat("en-US").format(number);

function time(millis, zone) {
  const parts = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
  return new Intl.DateTimeFormat("en-GB", { ...parts, timeZone: zone }).format(new Date(millis));
}

// A copy of what the server drew for this standing, with words in its places, in the place of what the card had.
function show(card, standing, words) {
  const template = document.querySelector(`template[data-proof-of="${standing}"]`);
  const drawn = template.content.cloneNode(true);
  for (const row of drawn.querySelectorAll("[data-with]")) if (!words[row.dataset.with]) row.remove();
  for (const place of drawn.querySelectorAll("[data-is]")) place.textContent = words[place.dataset.is] ?? "";
  const receipt = drawn.querySelector("a[data-receipt]");
  if (receipt) receipt.href = card.dataset.proof;
  const link = drawn.querySelector("a[data-link]");
  if (link) link.href = card.dataset.link;
  card.replaceChildren(drawn);
  card.dataset.standing = standing;
}

function proved(card, said, text, spent) {
  const { zone } = document.querySelector('template[data-proof-of="proved"]').dataset;
  const { agree, of } = JSON.parse(text).witnesses;
  show(card, "proved", {
    leaf: `${grouped(said.leaf)} of ${grouped(said.size)}`,
    root: `${said.root.slice(0, 4)}…${said.root.slice(-4)}`,
    path: `${said.steps === 1 ? "1 hash" : `${said.steps} hashes`}, ${spent.toFixed(1)} ms`,
    checkpoint: `${said.at === null ? "" : `${time(said.at, zone)} · `}key ${said.key}`,
    witness: of === 0 ? undefined : `${agree} of ${of} agree`,
  });
  card.dataset.spent = spent.toFixed(2);
  const copy = card.querySelector("[data-copy-receipt]");
  copy.addEventListener("click", async () => {
    const done = await navigator.clipboard.writeText(text).then(() => "Copied.", () => "The browser did not allow copying.");
    card.querySelector("[data-copied]").textContent = done;
  });
}

async function fetched(address) {
  const answer = await fetch(address, { credentials: "same-origin", headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error((await answer.json().catch(() => ({})))?.error?.message ?? `The server answered ${answer.status}.`);
  return answer.text();
}

// An entry gets its place within a second of its commit; who looks sooner is patient for a moment.
async function prove(card, tries = 5) {
  card.setAttribute("aria-busy", "true");
  try {
    const [glue, text] = await Promise.all([prover(), fetched(card.dataset.proof)]);
    const before = performance.now();
    const said = JSON.parse(glue.check(text));
    const spent = performance.now() - before;
    if (said.standing === "waits" && tries > 1) {
      show(card, "waits", {});
      await new Promise((rest) => setTimeout(rest, 700));
      return await prove(card, tries - 1);
    }
    if (said.standing === "proved") proved(card, said, text, spent);
    else show(card, said.standing, { why: said.why });
  } catch (error) {
    show(card, "failed", { why: error.message });
  } finally {
    card.removeAttribute("aria-busy");
  }
}

function opened(details) {
  const card = details.querySelector("[data-proof]");
  if (card && !card.dataset.begun) {
    card.dataset.begun = "";
    prove(card);
  }
}

document.addEventListener("toggle", ({ target }) => target.open && opened(target), { capture: true });
for (const details of document.querySelectorAll("details[open]")) opened(details);
