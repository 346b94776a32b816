/* The page's frame: sections, the address, tables, files to save. Nothing is computed here but what is shown. */
"use strict";
const look = { sections: {} };

look.make = function (tag, properties, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (name.startsWith("on") || name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
};

/* A choice among texts, or a slider over positions; `values` are what the address holds. */
look.choice = function (id, label, values, words, at, onchange) {
  const slides = typeof values[0] === "number" && values.length > 1;
  const shown = look.make("output", { htmlFor: id });
  const input = slides
    ? look.make("input", { id, type: "range", min: 0, max: values.length - 1, step: 1 })
    : look.make("select", { id }, ...values.map((value, k) => new Option(words[k], k)));
  const say = () => {
    if (!slides) return;
    shown.textContent = words[input.value];
    input.setAttribute("aria-valuetext", words[input.value]);
  };
  const made = {
    node: look.make("div", {}, look.make("label", { htmlFor: id }, label + " ", shown), input),
    get at() { return Number(input.value); },
    get value() { return values[input.value]; },
    set(k) { input.value = k; say(); },
    /* The nearest of the numbers, or the same text; the address may say anything. */
    find(text) {
      const number = Number(text);
      if (slides && text.trim() && Number.isFinite(number)) {
        const away = values.map((value) => Math.abs(value - number));
        made.set(away.indexOf(Math.min(...away)));
      } else if (values.map(String).includes(text)) made.set(values.map(String).indexOf(text));
    },
  };
  made.set(at);
  input.oninput = () => { say(); onchange(); };
  return made;
};

look.table = function (caption, heads, rows, numeric) {
  const side = (k) => ((numeric || []).includes(k) ? "number" : "");
  const cell = (tag, k, content) => {
    const made = look.make(tag, { className: side(k) });
    if (tag === "th") made.scope = "col";
    made.append(content instanceof Node ? content : String(content ?? ""));
    return made;
  };
  const head = look.make("tr", {}, ...heads.map((text, k) => cell("th", k, text)));
  const body = rows.map((row) => look.make("tr", {}, ...row.map((content, k) => cell("td", k, content))));
  const table = look.make("table", {}, look.make("caption", {}, caption), look.make("thead", {}, head),
    look.make("tbody", {}, ...body));
  return look.make("div", { className: "wide", tabIndex: 0, role: "region", "aria-label": caption }, table);
};

look.word = function (word) {
  return look.make("span", { className: ["holds", "breaks"].includes(word) ? word : "other" }, word);
};

look.number = function (value, digits) {
  if (value === null || value === undefined) return "";
  return Number(value).toLocaleString("en", { maximumSignificantDigits: digits || 4 });
};

/* Texts beginning like a formula would be run by a spreadsheet. */
look.csv = function (rows) {
  const quoted = (cell) => {
    const text = cell === null || cell === undefined ? "" : String(cell);
    const safe = typeof cell === "string" && /^[=+@\t-]/.test(text) ? "'" + text : text;
    return /[",\r\n]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
  };
  return rows.map((row) => row.map(quoted).join(",")).join("\n") + "\n";
};

look.save = function (name, content, type) {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  look.make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
};

look.colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

/* Where the reader stands: #section?name=value; the same address shows the same again. */
look.place = function (section, values) {
  const query = new URLSearchParams(values).toString();
  const hash = "#" + section + (query ? "?" + query : "");
  if (hash !== location.hash) history.replaceState(null, "", hash);
};

look.show = function () {
  const [wanted, query] = location.hash.slice(1).split("?");
  const name = Object.hasOwn(look.sections, wanted) ? wanted : Object.keys(look.sections)[0];
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === "#" + name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const section = look.sections[name];
  section.node = section.node || section.build();
  document.getElementById("main").replaceChildren(section.node);
  document.title = section.title + " – When does a truce hold?";
  section.restore(new URLSearchParams(query || ""));
};

look.start = function () {
  document.getElementById("version").textContent = LOOK.version;
  for (const link of document.querySelectorAll("nav a")) {
    if (!Object.hasOwn(look.sections, link.hash.slice(1))) link.remove();
  }
  addEventListener("hashchange", look.show);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", look.show);
  look.show();
};
