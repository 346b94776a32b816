/* Verdicts on the legs of a truce under sliders, from stored answers. */
"use strict";
(function () {
  if (!LOOK.settings) return;
  const WORDS = { h: "holds", b: "breaks", o: "open", n: "not rational" };
  const SIGNS = { h: "✓", b: "✗", o: "?", n: "–" };
  const AXES = ["bound", "dependence", "patience", "harm", "security", "theory"];
  const DEPENDENCE = ["low", "middle", "full"];
  const WHAT = {
    bound: "What the text binds",
    dependence: "US dependence on rare earths",
    patience: "Patience: discount factor of a year",
    harm: "Harm of the rare-earth curb: percent of US GDP lost in a year",
    security: "Value of security, times the central one",
    theory: "What happens outside the text",
  };
  const truces = Object.keys(LOOK.settings);
  let truce, controls, parts;

  function position(places) {
    return AXES.reduce((sum, axis) => sum * truce.axes[axis].length + places[axis], 0);
  }

  function places() {
    return Object.fromEntries(AXES.map((axis) => [axis, controls[axis].at]));
  }

  /* The stored answer for one leg at some places of the axes. */
  function answer(at, leg) {
    const k = position(at) * truce.legs.length + leg;
    const share = truce.shares[k];
    return {
      word: share ? share[0] : WORDS[truce.words[k]],
      sign: SIGNS[truce.words[k]],
      letter: truce.words[k],
      margin: truce.margins[k],
      player: truce.departures[truce.departure[k]][0],
      departure: truce.departures[truce.departure[k]][1],
      share: share && share.slice(1),
    };
  }

  function rows() {
    return truce.legs.map((leg, k) => ({ leg, ...answer(places(), k) }));
  }

  function percent(row) {
    return row.margin === null || !row.player ? null : row.margin / (10 * truce.gdp[row.player]);
  }

  function words(axis) {
    const values = truce.axes[axis];
    if (axis === "bound") return values.map((one) => (one ? "the text and " + truce.names[one] : "the text as written"));
    if (axis === "dependence") return values.map((one) => DEPENDENCE[one] || String(one));
    return values.map(String);
  }

  function choose(name, given) {
    truce = LOOK.settings[name];
    controls = { truce: look.choice("truce", "Truce", truces, truces.map((one) => LOOK.settings[one].title),
      truces.indexOf(name), () => { choose(controls.truce.value, current()); show(); }) };
    for (const axis of AXES) {
      controls[axis] = look.choice(axis, WHAT[axis], truce.axes[axis], words(axis), truce.first[axis], show);
    }
    for (const [axis, value] of Object.entries(given || {})) if (AXES.includes(axis)) controls[axis].find(value);
    parts.choices.replaceChildren(...["truce", "theory", ...AXES.slice(0, -1)].map((axis) => controls[axis].node));
  }

  function current() {
    return Object.fromEntries(["truce", ...AXES].map((axis) => [axis, String(controls[axis].value)]));
  }

  function sentence(all) {
    const said = all.map((row) => {
      if (row.margin === null) return `${row.leg} ${row.word}: nothing in it can be made harsher`;
      const size = look.number(Math.abs(row.margin), 3);
      const way = row.word === "breaks" ? `the step gains USD ${size} million a year` : `the closest step loses USD ${size} million a year`;
      return `${row.leg} ${row.word}${["holds", "breaks"].includes(row.word) ? ` (${way})` : ""}`;
    });
    return `${truce.title}: ${said.join("; ")}.`;
  }

  function show() {
    const all = rows(), shared = all.some((row) => row.share);
    parts.sentence.textContent = sentence(all);
    parts.theory.textContent = `${controls.theory.value}: ${truce.theories[controls.theory.value]}`;
    const heads = ["leg", "verdict", "margin, USD million a year", "percent of GDP", "closest harsher step"];
    const table = all.map((row) => [row.leg, look.word(row.word), look.number(row.margin), look.number(percent(row), 2),
      row.departure, ...(shared ? [row.share ? `${row.share[0]} (${row.share[1]} to ${row.share[2]})` : ""] : [])]);
    const draws = shared ? all.find((row) => row.share).share[3] : 0;
    parts.table.replaceChildren(look.table(
      "Margin: what the best harsher step in the leg is worth less than all else, to the side that would take it.",
      shared ? [...heads, `share of ${draws} draws (95 percent interval)`] : heads,
      table, [2, 3]));
    parts.picture.replaceChildren(drawn());
    look.place("sliders", current());
  }

  function shape(name, properties, text) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(properties)) node.setAttribute(key, value);
    if (text !== undefined) node.textContent = text;
    return node;
  }

  /* A panel for each leg: curb's harm across, value of security upward, all else as the sliders stand. */
  function drawn() {
    const harm = truce.axes.harm, security = truce.axes.security, cell = 34, left = 58, top = 44;
    const wide = harm.length * cell + left + 14, high = security.length * cell + top + 44;
    const across = innerWidth < 700 ? 1 : truce.legs.length, down = Math.ceil(truce.legs.length / across);
    const svg = shape("svg", { xmlns: "http://www.w3.org/2000/svg", width: wide * across, height: high * down + 22,
      viewBox: `0 0 ${wide * across} ${high * down + 22}`, role: "img", "font-family": "sans-serif", "font-size": 12,
      "aria-label": "Verdict on each leg by the harm of the curb and the value of security; the table has the place of the sliders" });
    const ink = look.colour("text");
    svg.append(shape("rect", { width: "100%", height: "100%", fill: look.colour("back") }));
    truce.legs.forEach((leg, k) => {
      const x0 = (k % across) * wide + left, y0 = Math.floor(k / across) * high + top;
      svg.append(shape("text", { x: x0, y: y0 - 14, fill: ink, "font-size": 14, "font-weight": 600 }, leg));
      harm.forEach((weight, i) => security.forEach((value, j) => {
        const one = answer({ ...places(), harm: i, security: j }, k);
        const x = x0 + i * cell, y = y0 + (security.length - 1 - j) * cell;
        const colour = one.letter === "h" ? "holds" : one.letter === "b" ? "breaks" : "open";
        const here = i === controls.harm.at && j === controls.security.at;
        svg.append(shape("rect", { x: x + 1, y: y + 1, width: cell - 2, height: cell - 2, fill: look.colour(colour),
          stroke: here ? look.colour("edge") : "none", "stroke-width": 3 }));
        svg.append(shape("text", { x: x + cell / 2, y: y + cell / 2 + 4, fill: ink, "text-anchor": "middle" }, one.sign));
      }));
      harm.forEach((weight, i) => svg.append(shape("text", { x: x0 + (i + 0.5) * cell, y: y0 + security.length * cell + 15,
        fill: ink, "text-anchor": "middle", "font-size": 10 }, weight)));
      security.forEach((value, j) => svg.append(shape("text", { x: x0 - 6, fill: ink, "text-anchor": "end", "font-size": 10,
        y: y0 + (security.length - 0.5 - j) * cell + 4 }, "× " + value)));
      svg.append(shape("text", { x: x0, y: y0 + security.length * cell + 32, fill: ink, "font-size": 11 }, "across: harm; up: security"));
    });
    svg.append(shape("text", { x: left, y: high * down + 12, fill: ink },
      "✓ holds   ✗ breaks   ? open   – not rational to keep"));
    return svg;
  }

  function name() {
    return "truce-" + controls.truce.value;
  }

  function saveTable() {
    const settings = current(), heads = Object.keys(settings);
    look.save(name() + ".csv", look.csv([
      [...heads, "leg", "verdict", "margin_usd_million_a_year", "percent_of_gdp", "closest_step", "share", "low", "high", "draws"],
      ...rows().map((row) => [...heads.map((head) => settings[head]), row.leg, row.word, row.margin, percent(row),
        row.departure, ...(row.share || [null, null, null, null])]),
    ]), "text/csv");
  }

  function savePicture(kind) {
    const svg = parts.picture.firstChild, text = new XMLSerializer().serializeToString(svg);
    if (kind === "svg") return look.save(name() + ".svg", text, "image/svg+xml");
    const image = new Image(), canvas = look.make("canvas", { width: 2 * svg.getAttribute("width"), height: 2 * svg.getAttribute("height") });
    image.onload = () => {
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => look.save(name() + ".png", blob));
    };
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
  }

  look.sections.sliders = {
    title: "Sliders",
    build() {
      parts = { choices: look.make("div", { className: "choices" }), table: look.make("div"), picture: look.make("div"),
        sentence: look.make("p", { className: "answer", id: "answer", "aria-live": "polite" }),
        theory: look.make("p", { className: "quiet" }) };
      const button = (label, onclick) => look.make("button", { type: "button", onclick }, label);
      const buttons = look.make("div", { className: "buttons" }, button("Save table (CSV)", saveTable),
        button("Save picture (SVG)", () => savePicture("svg")), button("Save picture (PNG)", () => savePicture("png")));
      choose(truces.includes(LOOK.begin) ? LOOK.begin : truces[0]);
      return look.make("section", {}, look.make("h2", {}, "A truce under sliders"), parts.choices, parts.sentence,
        parts.theory, parts.table, buttons, parts.picture, look.make("p", { className: "quiet" }, LOOK.supposes,
          " Each position is a computed setting, shown as it was computed; the address of this page holds it."));
    },
    restore(query) {
      const wanted = query.get("truce"), given = Object.fromEntries(query);
      if (wanted && truces.includes(wanted)) choose(wanted, given);
      show();
    },
  };
})();
