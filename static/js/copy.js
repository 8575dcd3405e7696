// [data-copy] puts its text on the clipboard, says so, and shows a tick for a moment.
function copyOldWay(text) {
  // navigator.clipboard exists only on https and localhost; a catalogue is often on plain http inside.
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  return copied;
}

async function copy(text) {
  if (!navigator.clipboard) return copyOldWay(text);
  return navigator.clipboard.writeText(text).then(() => true, () => copyOldWay(text));
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button || !(await copy(button.dataset.copy))) return;
  const use = button.querySelector("use");
  const label = button.getAttribute("aria-label");
  const symbol = use.getAttribute("href");
  if (button.dataset.copied) return;
  button.dataset.copied = "yes";
  use.setAttribute("href", symbol.replace(/#.*/, "#check"));
  button.setAttribute("aria-label", "Copied");
  button.focus();
  setTimeout(() => {
    use.setAttribute("href", symbol);
    button.setAttribute("aria-label", label);
    delete button.dataset.copied;
  }, 1500);
});
