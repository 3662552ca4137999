// Keys for daily work. What a key reaches says so itself, by data-key: a link is followed, anything
// else gets the focus, so that no key decides. The sheet that lists them is templates/_keys.html.

const sheet = document.getElementById("keys");
const SAME = { "=": "+", "−": "-", "–": "-" };
const SOON = 1500; // milliseconds between g and where to
let going = 0;

function typing(event) {
  const field = event.target.closest?.("input, textarea, select, [contenteditable]");
  return event.isComposing || (field && !["radio", "checkbox"].includes(field.type));
}

function reach(key) {
  const found =
    document.querySelector(`[data-key="${CSS.escape(key)}"]`) ??
    (key === "/" ? document.querySelector("main [type=search], [type=search]") : null);
  if (!found) return false;
  if (found.matches("a")) found.click();
  else {
    found.closest("details")?.setAttribute("open", "");
    found.scrollIntoView({ block: "center" });
    found.focus();
  }
  return true;
}

function step(by) {
  const links = [...document.querySelectorAll(".ll-queue a")];
  const here = links.findIndex((link) => link.matches("[aria-current], :focus"));
  const next = links[here < 0 && by < 0 ? -1 : here + by];
  if (!next) return links.length > 0;
  if (next.closest(".ll-queue-aside")) next.click();
  else next.focus();
  return true;
}

function done(event) {
  const key = SAME[event.key] ?? event.key;
  if (key === "?") {
    sheet.togglePopover();
    return true;
  }
  if (document.querySelector("dialog[open], [popover]:popover-open")) return false;
  const address = Date.now() - going < SOON && sheet.getAttribute(`data-go-${key}`);
  going = key === "g" ? Date.now() : 0;
  if (address) location.assign(address);
  else if (key === "j" || key === "k") return step(key === "j" ? 1 : -1);
  else return key.length === 1 || key.startsWith("Arrow") ? reach(key) : false;
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!typing(event) && !event.repeat && done(event)) event.preventDefault();
});
