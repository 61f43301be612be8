// Starts the console's WASM and lets it take over the islands of every page that is shown.
import * as console_wasm from './purser.js';

function takeOver() {
  for (const island of document.querySelectorAll('leptos-island')) {
    if (!island.isTaken) {
      island.isTaken = true;
      console_wasm[island.dataset.component](island);
    }
  }
}

await console_wasm.default({ module_or_path: new URL('purser.wasm', import.meta.url) });
console_wasm.hydrate();
takeOver();
document.addEventListener('purser:shown', takeOver);
