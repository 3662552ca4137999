// The board by mouse and by keys. Everything done here opens an address that a form opens too:
// where a stay's move or a closure's new end is confirmed, or the form that closes time, filled in.
// Time is counted in units: days, or the half-hours of a single day.

const DAY = 86_400_000;
const SLOP = 5; // pixels a hand may tremble before it drags
const GRIP = 9; // pixels from a closure's end at which it is held
const SVG = "http://www.w3.org/2000/svg";
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class Board {
  constructor(chart) {
    this.chart = chart;
    this.body = chart.querySelector(".ll-board-body > svg");
    this.rows = [...chart.querySelectorAll("[data-row]")];
    this.first = Date.parse(chart.dataset.first);
    this.marks = chart.dataset.marks?.split(" ") ?? ["00:00"];
    this.units = Number(chart.dataset.days) * this.marks.length;
    this.hourly = this.marks.length > 1;
    this.written = new Intl.DateTimeFormat(document.documentElement.lang, {
      ...{ weekday: "short", day: "numeric", month: "short", year: "numeric" },
      timeZone: "UTC",
    });
    this.end = null;
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
    chart.addEventListener("focusout", () => {
      if (this.end && !this.drag) this.cancel();
    });
  }

  iso(unit) {
    const day = Math.floor(unit / this.marks.length);
    return new Date(this.first + day * DAY).toISOString().slice(0, 10);
  }

  clock(unit) {
    const { length } = this.marks;
    return this.marks[((unit % length) + length) % length];
  }

  wall(unit) {
    return `${this.iso(unit)}T${this.clock(unit)}`;
  }

  at(x) {
    const box = this.body.parentNode.getBoundingClientRect();
    return ((x - box.left) / box.width) * this.units;
  }

  unitAt(x) {
    return Math.min(Math.max(Math.floor(this.at(x)), 0), this.units - 1);
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
    const end = this.grip(event);
    const row = bar || end ? this.rowAt(event.clientY) : event.target.closest("[data-row]");
    if (!row) return;
    const unit = this.unitAt(event.clientX);
    this.drag = { bar, end, row, unit, x: event.clientX, y: event.clientY, under: false, to: null };
  }

  // Which end of a closure the pointer is on, if on one that may be dragged.
  grip(event) {
    const bar = event.target.closest("[data-resize]");
    if (!bar) return null;
    const box = bar.getBoundingClientRect();
    const reach = Math.min(GRIP, box.width / 3);
    const near = { start: event.clientX - box.left, end: box.right - event.clientX };
    const name = bar.dataset.ends.split(" ").find((one) => near[one] < reach);
    return name ? this.ended(bar, name) : null;
  }

  ended(bar, name) {
    const x = (parseFloat(bar.getAttribute("x")) / 100) * this.units;
    const width = (parseFloat(bar.getAttribute("width")) / 100) * this.units;
    return { bar, name, from: x, to: x + width, was: name === "start" ? x : x + width };
  }

  pull(event) {
    const drag = this.drag;
    if (!drag) {
      this.chart.classList.toggle("is-on-end", this.grip(event) !== null);
      return;
    }
    const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > SLOP;
    if (!drag.under && !far) return;
    if (!drag.under) {
      drag.under = true;
      this.cursor = null;
      this.chart.setPointerCapture(event.pointerId);
      this.chart.classList.add("is-dragging");
    }
    const unit = this.unitAt(event.clientX);
    if (drag.end) {
      this.stretch(drag.end, drag.row, Math.round(this.at(event.clientX)));
    } else if (drag.bar) {
      const shift = unit - drag.unit;
      drag.to = { row: this.rowAt(event.clientY) ?? drag.row, shift };
      const x = parseFloat(drag.bar.getAttribute("x")) + (shift / this.units) * 100;
      this.draw(drag.to.row, x, parseFloat(drag.bar.getAttribute("width")));
      this.tell(drag.to.row, this.begun(drag.bar, shift), this.begun(drag.bar, shift));
    } else {
      drag.to = { from: Math.min(unit, drag.unit), to: Math.max(unit, drag.unit) };
      this.mark(drag.row, drag.to.from, drag.to.to);
    }
  }

  drop(event) {
    const drag = this.drag;
    if (!drag) return;
    if (!drag.under) {
      this.drag = null;
      if (!drag.bar && !drag.end) this.place(this.rows.indexOf(drag.row), drag.unit, drag.unit);
      return;
    }
    this.chart.addEventListener("click", (click) => click.preventDefault(), {
      capture: true,
      once: true,
    });
    setTimeout(() => this.cancel());
    if (drag.end) this.reshape(drag.end);
    else if (drag.bar) this.move(drag.bar, drag.row, drag.to);
    else this.close(drag.row, drag.to.from, drag.to.to);
    event.preventDefault();
  }

  cancel() {
    this.drag = null;
    this.cursor = null;
    this.end = null;
    this.ghost.remove();
    this.chart.classList.remove("is-dragging");
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") this.cancel();
    if (event.target !== this.chart) {
      const bar = event.target.querySelector("[data-move]");
      const closed = event.target.querySelector("[data-resize]");
      if (event.key === "m" && bar) this.open(bar.dataset.move, {});
      else if (closed) this.pushEnd(event, closed);
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

  // The arrows move the end of the closure in focus, with Shift its start; Enter shows what it does.
  pushEnd(event, bar) {
    const step = STEPS[event.key]?.[0];
    if (event.key === "Enter" && this.end?.bar === bar) {
      event.preventDefault();
      this.reshape(this.end);
    } else if (step) {
      event.preventDefault();
      const name = event.shiftKey ? "start" : "end";
      if (!bar.dataset.ends.split(" ").includes(name)) return;
      if (this.end?.bar !== bar || this.end.name !== name) this.end = this.ended(bar, name);
      const whole = step > 0 ? Math.floor : Math.ceil;
      const row = this.rowAt(bar.getBoundingClientRect().top + 1);
      this.stretch(this.end, row, whole((this.end.unit ?? this.end.was) + step * 1.001));
    }
  }

  stretch(end, row, unit) {
    const least = end.name === "start" ? -Infinity : Math.floor(end.from) + 1;
    const most = end.name === "start" ? Math.ceil(end.to) - 1 : Infinity;
    end.unit = Math.min(Math.max(unit, least, 0), most, this.units);
    const [from, to] = end.name === "start" ? [end.unit, end.to] : [end.from, end.unit];
    this.draw(row, (from / this.units) * 100, ((to - from) / this.units) * 100);
    const last = this.hourly ? Math.ceil(to) : Math.ceil(to) - 1;
    this.status.textContent = `${row.dataset.name}, ${this.said(Math.floor(from), last)}`;
  }

  reshape(end) {
    if (end.unit === undefined || end.unit === end.was) return;
    this.open(end.bar.dataset.resize, { [end.name]: this.wall(end.unit) });
  }

  place(row, from, to) {
    const inside = (unit) => Math.min(Math.max(unit, 0), this.units - 1);
    const at = Math.min(Math.max(row, 0), this.rows.length - 1);
    this.chart.focus({ preventScroll: true });
    this.cursor = { row: at, from: inside(from), to: inside(to) };
    const { from: a, to: b } = this.cursor;
    this.mark(this.rows[at], Math.min(a, b), Math.max(a, b));
    this.ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  mark(row, from, to) {
    this.draw(row, (from / this.units) * 100, ((to - from + 1) / this.units) * 100);
    this.tell(row, from, this.hourly ? to + 1 : to);
  }

  draw(row, x, width) {
    this.ghost.setAttribute("x", `${x}%`);
    this.ghost.setAttribute("width", `${width}%`);
    this.ghost.setAttribute("y", Number(row.getAttribute("y")) + 2);
    this.ghost.setAttribute("height", Number(row.getAttribute("height")) - 4);
    this.body.append(this.ghost);
  }

  tell(row, from, to) {
    this.status.textContent = `${row.dataset.name}, ${this.said(from, to)}`;
  }

  said(from, to) {
    const said = [from, to].map((unit) => {
      if (this.hourly) return this.clock(unit);
      return this.written.format(this.first + unit * DAY);
    });
    return [...new Set(said)].join(" – ");
  }

  // The unit in which a stay would begin; hours are chosen where the move is confirmed.
  begun(bar, shift) {
    const day = (Date.parse(bar.dataset.day) - this.first) / DAY;
    return this.hourly ? day * this.marks.length : day + shift;
  }

  move(bar, row, to) {
    if (to.row === row && to.shift === 0) return;
    const resource = to.row === row ? {} : { resource: to.row.dataset.row };
    this.open(bar.dataset.move, { ...resource, start: this.iso(this.begun(bar, to.shift)) });
  }

  close(row, from, to) {
    this.open(this.chart.dataset.close, {
      resource: row.dataset.row,
      start: this.wall(from),
      end: this.wall(to + 1),
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
