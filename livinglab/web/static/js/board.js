// The board by mouse and by keys. Everything done here opens an address that a form opens too:
// where a stay's move is confirmed, or the form that closes time, filled in.

const DAY = 86_400_000;
const SLOP = 5; // pixels a hand may tremble before it drags
const SVG = "http://www.w3.org/2000/svg";
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class Board {
  constructor(chart) {
    this.chart = chart;
    this.body = chart.querySelector(".ll-board-body > svg");
    this.rows = [...chart.querySelectorAll("[data-row]")];
    this.first = Date.parse(chart.dataset.first);
    this.days = Number(chart.dataset.days);
    this.written = new Intl.DateTimeFormat(document.documentElement.lang, {
      ...{ weekday: "short", day: "numeric", month: "short", year: "numeric" },
      timeZone: "UTC",
    });
    this.ghost = document.createElementNS(SVG, "rect");
    this.ghost.setAttribute("class", "ghost");
    this.status = document.createElement("p");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    chart.after(this.status);
    this.drag = null;
    this.cursor = null;
    chart.addEventListener("pointerdown", (event) => this.press(event));
    chart.addEventListener("pointermove", (event) => this.pull(event));
    chart.addEventListener("pointerup", (event) => this.drop(event));
    chart.addEventListener("pointercancel", () => this.cancel());
    chart.addEventListener("dragstart", (event) => event.preventDefault());
    chart.addEventListener("keydown", (event) => this.key(event));
    chart.addEventListener("blur", () => this.cancel());
  }

  iso(day) {
    return new Date(this.first + day * DAY).toISOString().slice(0, 10);
  }

  dayAt(x) {
    const box = this.body.parentNode.getBoundingClientRect();
    const day = Math.floor(((x - box.left) / box.width) * this.days);
    return Math.min(Math.max(day, 0), this.days - 1);
  }

  rowAt(y) {
    return this.rows.find((row) => {
      const box = row.getBoundingClientRect();
      return box.top <= y && y < box.bottom;
    });
  }

  press(event) {
    // A finger scrolls; on touch screens the forms are the way.
    if (event.button !== 0 || event.pointerType === "touch") return;
    const bar = event.target.closest("[data-move]");
    const row = bar ? this.rowAt(event.clientY) : event.target.closest("[data-row]");
    if (!row) return;
    const day = this.dayAt(event.clientX);
    this.drag = { bar, row, day, x: event.clientX, y: event.clientY, under: false, to: null };
  }

  pull(event) {
    const drag = this.drag;
    if (!drag) return;
    const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > SLOP;
    if (!drag.under && !far) return;
    if (!drag.under) {
      drag.under = true;
      this.cursor = null;
      this.chart.setPointerCapture(event.pointerId);
      this.chart.classList.add("is-dragging");
    }
    const day = this.dayAt(event.clientX);
    if (drag.bar) {
      const begun = (Date.parse(drag.bar.dataset.day) - this.first) / DAY;
      drag.to = { row: this.rowAt(event.clientY) ?? drag.row, day: begun + day - drag.day };
      const shift = ((day - drag.day) / this.days) * 100;
      const x = parseFloat(drag.bar.getAttribute("x")) + shift;
      this.draw(drag.to.row, x, parseFloat(drag.bar.getAttribute("width")));
      this.tell(drag.to.row, drag.to.day, drag.to.day);
    } else {
      drag.to = { from: Math.min(day, drag.day), to: Math.max(day, drag.day) };
      this.mark(drag.row, drag.to.from, drag.to.to);
    }
  }

  drop(event) {
    const drag = this.drag;
    if (!drag) return;
    if (!drag.under) {
      this.drag = null;
      if (!drag.bar) this.place(this.rows.indexOf(drag.row), drag.day, drag.day);
      return;
    }
    this.chart.addEventListener("click", (click) => click.preventDefault(), {
      capture: true,
      once: true,
    });
    setTimeout(() => this.cancel());
    if (drag.bar) this.move(drag.bar, drag.row, drag.to);
    else this.close(drag.row, drag.to.from, drag.to.to);
    event.preventDefault();
  }

  cancel() {
    this.drag = null;
    this.cursor = null;
    this.ghost.remove();
    this.chart.classList.remove("is-dragging");
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") this.cancel();
    const bar = event.target.querySelector("[data-move]");
    if (event.target !== this.chart) {
      if (event.key === "m" && bar) this.open(bar.dataset.move, {});
      return;
    }
    const step = STEPS[event.key];
    const cursor = this.cursor;
    if (step && this.rows.length) {
      event.preventDefault();
      if (!cursor) this.place(0, 0, 0);
      else if (event.shiftKey) this.place(cursor.row, cursor.from, cursor.to + step[0]);
      else this.place(cursor.row + step[1], cursor.to + step[0], cursor.to + step[0]);
    } else if ((event.key === "c" || event.key === "Enter") && cursor) {
      event.preventDefault();
      const { row, from, to } = cursor;
      this.close(this.rows[row], Math.min(from, to), Math.max(from, to));
    }
  }

  place(row, from, to) {
    const inside = (day) => Math.min(Math.max(day, 0), this.days - 1);
    const at = Math.min(Math.max(row, 0), this.rows.length - 1);
    this.chart.focus({ preventScroll: true });
    this.cursor = { row: at, from: inside(from), to: inside(to) };
    const { from: a, to: b } = this.cursor;
    this.mark(this.rows[at], Math.min(a, b), Math.max(a, b));
    this.ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  mark(row, from, to) {
    this.draw(row, (from / this.days) * 100, ((to - from + 1) / this.days) * 100);
    this.tell(row, from, to);
  }

  draw(row, x, width) {
    this.ghost.setAttribute("x", `${x}%`);
    this.ghost.setAttribute("width", `${width}%`);
    this.ghost.setAttribute("y", Number(row.getAttribute("y")) + 2);
    this.ghost.setAttribute("height", Number(row.getAttribute("height")) - 4);
    this.body.append(this.ghost);
  }

  tell(row, from, to) {
    const said = [from, to].map((day) => this.written.format(this.first + day * DAY));
    this.status.textContent = `${row.dataset.name}, ${[...new Set(said)].join(" – ")}`;
  }

  move(bar, row, to) {
    const begun = (Date.parse(bar.dataset.day) - this.first) / DAY;
    if (to.row === row && to.day === begun) return;
    const resource = to.row === row ? {} : { resource: to.row.dataset.row };
    this.open(bar.dataset.move, { ...resource, start: this.iso(to.day) });
  }

  close(row, from, to) {
    this.open(this.chart.dataset.close, {
      resource: row.dataset.row,
      start: `${this.iso(from)}T00:00`,
      end: `${this.iso(to + 1)}T00:00`,
    });
  }

  open(address, values) {
    const url = new URL(address, location.href);
    for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
    url.searchParams.set("back", location.pathname + location.search);
    location.assign(url);
  }
}

for (const chart of document.querySelectorAll(".ll-board-chart[data-close]")) new Board(chart);
