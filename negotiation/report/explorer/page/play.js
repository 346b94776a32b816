/* A round of a truce at a time against the other side's automaton; at the end what was given away. */
"use strict";
(function () {
  if (!LOOK.plays) return;
  const ROUNDS = 12, names = Object.keys(LOOK.plays);
  let parts, control, match, at, draw, log;

  /* Seeded draws (mulberry32), so that an address gives the same play again. */
  function seeded(seed) {
    let state = seed >>> 0;
    return () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let x = Math.imul(state ^ (state >>> 15), state | 1);
      x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
      return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
    };
  }

  function begin() {
    match = LOOK.plays[control.match.value];
    draw = seeded(Number(parts.seed.value) || 0);
    log = [];
    const first = match.states.map((state, k) => ["", k, state.start]).filter((row) => row[2] > 0);
    at = drawn(first)[1];
    show();
  }

  function drawn(outcomes) {
    let left = draw();
    return outcomes.find((row) => (left -= row[2]) < 0) || outcomes[outcomes.length - 1];
  }

  const split = (action) => action.split(" ").map((part) => part.split("="));
  const named = (name, level) => (LOOK.names[`${name}=${level}`] || `${name}: ${level}`);
  const said = (action) => split(action).map(([name, level]) => named(name, level)).join(", ");

  /* A choice for each instrument; the action is the combination of the levels. */
  function menu() {
    const actions = match.actions.map(split);
    const now = split(match.states[at].own);
    return now.map(([name, level], k) => {
      const levels = [...new Set(actions.map((action) => action[k][1]))];
      const words = levels.map((one) => named(name, one).split(": ").pop() + (one === level ? " (as agreed)" : ""));
      return look.choice("own-" + name, LOOK.names[name] || name, levels, words, levels.indexOf(level), say);
    });
  }

  function action() {
    const label = split(match.states[at].own).map(([name], k) => `${name}=${parts.menu[k].value}`).join(" ");
    return match.actions.indexOf(label);
  }

  function say() {
    const chosen = action(), lawful = chosen >= 0;
    parts.go.disabled = !lawful;
    const pays = lawful && match.states[at].pays[chosen];
    parts.pays.textContent = !lawful ? "The law does not allow this combination."
      : pays === 0 ? "This is worth as much at once as what is agreed."
        : `At once this pays USD ${look.number(Math.abs(pays), 3)} bn a year ${pays > 0 ? "more" : "less"} than what is agreed.`;
  }

  function round() {
    const chosen = action(), state = match.states[at];
    const [seen, next] = drawn(match.outcomes[state.outcome[chosen]]);
    log.push({ state: state.label, action: match.actions[chosen], other: state.other, pays: state.pays[chosen],
      lost: Math.pow(match.delta, log.length) * state.forgone[chosen], seen });
    at = next;
    show();
  }

  function score() {
    const total = log.reduce((sum, row) => sum + row.lost, 0);
    const worst = log.map((row, k) => [row.lost, k]).sort((a, b) => b[0] - a[0])[0];
    const best = total === 0 ? "No play would have done better."
      : `Round ${worst[1] + 1} cost most: USD ${look.number(worst[0], 3)} bn a year.`;
    return `You gave away USD ${look.number(total, 4)} bn a year, on average over all years to come, if you play best from here on. ${best}`;
  }

  function show() {
    const state = match.states[at], done = log.length >= ROUNDS, other = LOOK.names[match.other];
    parts.state.textContent = done ? "The play is over." : `Round ${log.length + 1} of ${ROUNDS}. Your side is ${LOOK.names[match.side]}. ` +
      `The agreement stands at "${state.label}". ${other} plays ${said(state.other)}.` +
      (log.length && log[log.length - 1].seen ? ` The last signal was "${log[log.length - 1].seen}".` : "");
    parts.menu = menu();
    parts.moves.replaceChildren(...(done ? [] : parts.menu.map((one) => one.node)));
    parts.go.hidden = done;
    parts.pays.hidden = done;
    if (!done) say();
    parts.regret.textContent = log.length ? score() : "";
    parts.log.replaceChildren(...(log.length ? [look.table("What was played", ["round", "state", "you", "pays at once, USD bn a year",
      "given away, USD bn a year"], log.map((row, k) => [k + 1, row.state, said(row.action), look.number(row.pays, 3), look.number(row.lost, 3)]), [3, 4])] : []));
    parts.save.disabled = !log.length;
    look.place("play", { match: control.match.value, seed: parts.seed.value });
  }

  function saveTable() {
    look.save("play.csv", look.csv([["match", "seed", "round", "state", "action", "other", "pays_usd_bn_a_year", "given_away_usd_bn_a_year"],
      ...log.map((row, k) => [control.match.value, parts.seed.value, k + 1, row.state, row.action, row.other, row.pays, row.lost])]), "text/csv");
  }

  look.sections.play = {
    title: "Play",
    build() {
      const button = (id, label, onclick) => look.make("button", { type: "button", id, onclick }, label);
      control = { match: look.choice("match", "Truce, the other side's strategy, your side", names,
        names.map((name) => LOOK.plays[name].title), 0, begin) };
      parts = { state: look.make("p", { className: "answer", "aria-live": "polite" }), moves: look.make("div", { className: "choices" }),
        pays: look.make("p", { "aria-live": "polite" }), go: button("go", "Play this round", round), log: look.make("div"),
        regret: look.make("p", { id: "regret", "aria-live": "polite" }), save: button("save-play", "Save table (CSV)", saveTable),
        seed: look.make("input", { type: "number", id: "seed", value: "0", min: 0, onchange: begin }) };
      return look.make("section", {}, look.make("h2", {}, "Play a side of a truce"), look.make("div", { className: "choices" }, control.match.node,
        look.make("div", {}, look.make("label", { htmlFor: "seed" }, "Seed of the draws"), parts.seed)), parts.state, parts.moves, parts.pays,
      look.make("div", { className: "buttons" }, parts.go, button("again", "Start again", begin), parts.save), parts.regret, parts.log);
    },
    restore(query) {
      control.match.find(query.get("match") || "");
      if (query.get("seed")) parts.seed.value = query.get("seed");
      begin();
    },
  };
})();
