// Counts the seconds down in which a decision can be taken back, then takes the button away.
for (const form of document.querySelectorAll("[data-undo]")) {
  const end = Date.now() + Number(form.dataset.undo) * 1000;
  const left = form.querySelector("[data-left]");
  const tick = () => {
    const seconds = Math.ceil((end - Date.now()) / 1000);
    if (seconds > 0) {
      left.textContent = ` (${seconds} s)`;
      return;
    }
    clearInterval(timer);
    const button = form.querySelector("button");
    const focused = document.activeElement === button;
    button.disabled = true;
    left.textContent = "";
    if (focused) document.querySelector("main")?.focus();
  };
  const timer = setInterval(tick, 1000);
  tick();
}
