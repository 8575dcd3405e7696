// Make a [data-picker] text field a combobox: htmx fetches the suggestions, arrow keys and clicks choose.
// Without this script the typed full name is what the server reads.
const pickerOf = (element) => element.closest?.("[data-picker]");
const partsOf = (picker) => ({
  input: picker.querySelector("[role=combobox]"),
  list: picker.querySelector("[role=listbox]"),
  id: picker.querySelector("input[type=hidden]"),
});

function show(picker, open) {
  const { input, list } = partsOf(picker);
  list.hidden = !open;
  input.setAttribute("aria-expanded", String(open));
  if (!open) select(picker, null);
}

function select(picker, option) {
  const { input, list } = partsOf(picker);
  list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
}

function choose(picker, option) {
  const { input, id } = partsOf(picker);
  if (picker.dataset.picker === "many") {
    const box = picker.querySelector("[data-picked]");
    if (!box.querySelector(`[value="${CSS.escape(option.dataset.fqn)}"]`)) {
      const chip = picker.querySelector("template").content.cloneNode(true);
      chip.querySelector("label").dataset.kind = option.dataset.kind;
      chip.querySelector("input").value = option.dataset.fqn;
      chip.querySelector("span").textContent = option.dataset.name;
      box.append(chip);
    }
    input.value = "";
  } else {
    input.value = option.dataset.fqn;
    id.value = option.dataset.id;
  }
  // A list that is still on its way must not open again over what comes next.
  picker.dataset.chosen = "";
  show(picker, false);
  // Others on the page may propose a name or type from what was chosen.
  picker.dispatchEvent(new CustomEvent("picked", { bubbles: true, detail: { ...option.dataset } }));
}

document.addEventListener("htmx:configRequest", (event) => {
  if (pickerOf(event.target)) event.detail.parameters.q = event.target.value;
});
document.addEventListener("htmx:afterSwap", (event) => {
  const picker = pickerOf(event.target);
  if (picker?.contains(document.activeElement) && !("chosen" in picker.dataset)) show(picker, true);
});
document.addEventListener("input", (event) => {
  const picker = pickerOf(event.target);
  if (picker) delete picker.dataset.chosen;
  // Text that was typed over a choice is no longer that choice.
  const id = picker && event.target.matches("[role=combobox]") && partsOf(picker).id;
  if (id) id.value = "";
});
document.addEventListener("focusin", (event) => {
  const picker = pickerOf(event.target);
  if (picker && !picker.contains(event.relatedTarget)) delete picker.dataset.chosen;
});
document.addEventListener("focusout", (event) => {
  const picker = pickerOf(event.target);
  if (picker && !picker.contains(event.relatedTarget)) show(picker, false);
});
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest("[data-picker] [role=option]");
  if (!option) return;
  event.preventDefault();
  choose(pickerOf(option), option);
});
document.addEventListener("keydown", (event) => {
  const picker = event.target.matches?.("[role=combobox]") && pickerOf(event.target);
  if (!picker) return;
  const { list } = partsOf(picker);
  const options = [...list.querySelectorAll("[role=option]")];
  const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && options.length) {
    event.preventDefault();
    show(picker, true);
    select(picker, options[(now + step + options.length) % options.length]);
  } else if (event.key === "Enter" && !list.hidden && now >= 0) {
    event.preventDefault();
    choose(picker, options[now]);
  } else if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    show(picker, false);
  }
});
