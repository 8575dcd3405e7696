// Single-key shortcuts: an element says `data-keys="g m"` and is followed, pressed or focused.
// WCAG 2.1.4: the switch in the dialog turns them off, remembered in this browser.
const OFF = "almanac-keys-off";
const PATIENCE = 1200; // milliseconds between the keys of a sequence
let typed = [];
let timer;

const writing = (element) => element.closest("input, textarea, select, [contenteditable]");
const visible = (element) => element.checkVisibility();

function act(element) {
  if (element.matches("input, textarea")) {
    element.focus();
    element.select();
  } else {
    element.click();
  }
}

function find(keys) {
  const all = [...document.querySelectorAll(`[data-keys="${CSS.escape(keys)}"]`)];
  // The menu of a narrow page is closed but its links still lead somewhere.
  return all.find(visible) ?? all.find((element) => element.matches("a[href]"));
}

document.addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && event.key.length === 1;
  if (!plain || localStorage.getItem(OFF) || writing(event.target) || document.querySelector("dialog[open]")) return;
  clearTimeout(timer);
  timer = setTimeout(() => { typed = []; }, PATIENCE);
  typed = [...typed, event.key].slice(-2);
  if (event.key === "?") {
    event.preventDefault();
    document.getElementById("keys")?.showModal();
    return;
  }
  const target = find(typed.join(" ")) ?? find(event.key);
  if (!target) return;
  typed = [];
  event.preventDefault();
  act(target);
});

const choice = document.getElementById("keys-on");
if (choice) {
  choice.checked = !localStorage.getItem(OFF);
  choice.addEventListener("change", () => {
    if (choice.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });
}
