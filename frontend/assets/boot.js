// Wakes the islands of a server-rendered page. Takes the place of Leptos' inline HydrationScripts (0.8.23: island_script.js),
// because the content security policy allows no inline script. Expects its own tag to say where the module lies:
//   <script type="module" data-boot src="boot.js" data-js="/…/stagedoor.js" data-wasm="/…/stagedoor.wasm"></script>
const { js, wasm } = document.querySelector("script[data-boot]").dataset;

// The innermost `leptos-children` around the island being woken; its hook re-enters the owner of the parent island.
const childrenHooks = [];

async function wake(node, glue) {
  const name = node.dataset.component;
  const island = glue[name];
  if (!island) {
    console.warn(`No function for the island ${name}.`);
    return;
  }
  childrenHooks.at(-1)?.();
  await island(node);
}

// In document order, parents before children: an island's props and context must exist before what is nested in it wakes.
async function walk(node, glue) {
  const tag = node.localName;
  if (tag === "leptos-island") await wake(node, glue);
  const slot = tag === "leptos-children";
  if (slot) childrenHooks.push(node.$$on_hydrate);
  for (const child of node.children) await walk(child, glue);
  if (slot) childrenHooks.pop();
}

async function boot() {
  const glue = await import(js);
  await glue.default({ module_or_path: wasm });
  glue.hydrate();
  await walk(document.body, glue);
  document.documentElement.dataset.awake = "";
}

if (document.querySelector("leptos-island")) {
  if ("requestIdleCallback" in window) requestIdleCallback(boot, { timeout: 500 });
  else setTimeout(boot);
}
