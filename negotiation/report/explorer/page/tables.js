/* Two tables of stored answers: what a move does, and truces of the past. */
"use strict";
(function () {
  if (!LOOK.asks) return;
  const moves = LOOK.asks.moves;
  let parts, control;

  /* Moves by country and instrument, in the order in which they are stored. */
  function grouped(of) {
    const groups = new Map();
    for (const [name, move] of Object.entries(moves)) {
      const key = of(name, move);
      if (key !== null) groups.set(key, [...(groups.get(key) || []), name]);
    }
    return groups;
  }

  function choose(name) {
    const [country, instrument] = name.split(" ");
    const groups = grouped((one) => one.split(" ").slice(0, 2).join(" "));
    const keys = [...groups.keys()], key = `${country} ${instrument}`;
    const all = groups.get(key), rated = all.filter((one) => Number.isFinite(moves[one].rate));
    const rate = Number.isFinite(moves[name].rate);
    const own = rate ? rated : all.filter((one) => !rated.includes(one));
    control = {
      what: look.choice("what", "Whose measure", keys, keys.map((one) => LOOK.asks.names[one]), keys.indexOf(key),
        () => { choose(groups.get(control.what.value)[0]); show(); }),
    };
    if (rated.length) {
      control.kind = look.choice("kind", "Say the level by", ["name", "percent"], ["its name", "a rate in percent"], Number(rate),
        () => { choose(control.kind.value === "percent" ? rated[0] : all.find((one) => !rated.includes(one))); show(); });
    }
    const values = rate ? own.map((one) => moves[one].rate) : own.map((one) => one.split(" ")[2]);
    const words = rate ? values.map((one) => one + " percent") : own.map((one) => moves[one].level);
    control.level = look.choice("level", "Moves to", values, words, own.indexOf(name), show);
    control.name = () => own[control.level.at];
    parts.choices.replaceChildren(...["what", "kind", "level"].filter((one) => control[one]).map((one) => control[one].node));
  }

  function show() {
    const name = control.name(), move = moves[name];
    parts.lines.replaceChildren(...move.lines.map((line, k) => look.make("p", { className: k ? "" : "answer" }, line)));
    const rows = move.legs.map((row) => [row[0], row[1], look.number(row[2]), row[3] || "none"]);
    parts.legs.replaceChildren(...(rows.length ? [look.table(
      `Does the move pay, by what happens outside the text? The margin is what keeping everything is worth more, at central values.`,
      ["theory", "the move", "margin, USD million a year", "parts that fall"], rows, [2])] : []));
    parts.save.disabled = !rows.length;
    look.place("ask", { move: name });
  }

  function saveTable() {
    const name = control.name();
    look.save("ask-" + name.replaceAll(" ", "-") + ".csv", look.csv([
      ["move", "theory", "word", "margin_usd_million_a_year", "parts_that_fall"],
      ...moves[name].legs.map((row) => [name, ...row])]), "text/csv");
  }

  look.sections.ask = {
    title: "Ask about a move",
    build() {
      parts = { choices: look.make("div", { className: "choices" }), lines: look.make("div", { "aria-live": "polite" }),
        legs: look.make("div"), save: look.make("button", { type: "button", onclick: saveTable }, "Save table (CSV)") };
      choose(moves[LOOK.asks.begin] ? LOOK.asks.begin : Object.keys(moves)[0]);
      return look.make("section", {}, look.make("h2", {}, "What does a move cost, and what answers it?"), parts.choices,
        parts.lines, parts.legs, look.make("div", { className: "buttons" }, parts.save));
    },
    restore(query) {
      const wanted = query.get("move");
      if (wanted && Object.hasOwn(moves, wanted)) choose(wanted);
      show();
    },
  };
})();

(function () {
  if (!LOOK.truces) return;
  const COLUMNS = ["title", "sides", "signed", "form", "clock, days", "parts bound", "bound parts moved", "first move", "ended", "how"];
  let parts, order;

  /* The rows that have every word of the filter in some cell. */
  function rows() {
    const words = parts.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = LOOK.truces.filter((row) => {
      const text = Object.values(row).join(" ").toLowerCase();
      return words.every((word) => text.includes(word));
    });
    const [by, way] = order, key = (row) => row.cells[by];
    return chosen.sort((a, b) => {
      const [x, y] = [key(a), key(b)];
      if (x === "" || y === "") return (x === "") - (y === "");
      return way * (typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y)));
    });
  }

  function show() {
    const chosen = rows();
    const table = look.table(`${chosen.length} of ${LOOK.truces.length} truces`, [...COLUMNS, "source"],
      chosen.map((row) => [look.make("span", { title: row.summary }, row.cells[0]), ...row.cells.slice(1),
        look.make("a", { href: row.url, rel: "noreferrer" }, row.source)]), [4, 5, 6]);
    table.querySelectorAll("thead th").forEach((head, k) => {
      if (k >= COLUMNS.length) return;
      head.setAttribute("aria-sort", order[0] !== k ? "none" : order[1] > 0 ? "ascending" : "descending");
      const mark = order[0] !== k ? "" : order[1] > 0 ? " ▲" : " ▼";
      head.replaceChildren(look.make("button", { type: "button", onclick: () => {
        order = [k, order[0] === k ? -order[1] : 1];
        show();
        parts.table.querySelectorAll("thead button")[k].focus();
      } }, COLUMNS[k] + mark));
    });
    parts.table.replaceChildren(table);
    look.place("truces", { words: parts.filter.value, by: order[0], way: order[1] });
  }

  function saveTable() {
    look.save("truces.csv", look.csv([[...COLUMNS, "summary", "source", "address"],
      ...rows().map((row) => [...row.cells, row.summary, row.source, row.url])]), "text/csv");
  }

  look.sections.truces = {
    title: "Truces",
    build() {
      order = [2, 1];
      parts = { filter: look.make("input", { type: "search", id: "filter", oninput: show }), table: look.make("div") };
      return look.make("section", {}, look.make("h2", {}, "Truces in economic disputes"), look.make("p", { className: "quiet" },
        "A part is a kind of measure (tariffs, controls, trade, other) that the text binds; it moved when a side took a harsher step in it."),
      look.make("label", { htmlFor: "filter" }, "Show truces with these words"), parts.filter, parts.table,
      look.make("div", { className: "buttons" }, look.make("button", { type: "button", onclick: saveTable }, "Save table (CSV)")));
    },
    restore(query) {
      parts.filter.value = query.get("words") ?? parts.filter.value;
      const by = Number(query.get("by") ?? order[0]);
      if (Number.isInteger(by) && by >= 0 && by < COLUMNS.length) order = [by, query.get("way") === "-1" ? -1 : 1];
      show();
    },
  };
})();
