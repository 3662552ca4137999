// Marks a place on the map while its entry in the list has pointer or focus, and the other way round.
const both = document.querySelector("[data-map]");

function mark(from) {
  const place = from?.closest("[data-place]")?.dataset.place;
  for (const part of both.querySelectorAll("[data-place]")) {
    part.classList.toggle("marked", part.dataset.place === place);
  }
}

both?.addEventListener("pointerover", (event) => mark(event.target));
both?.addEventListener("pointerleave", () => mark(document.activeElement));
both?.addEventListener("focusin", (event) => mark(event.target));
