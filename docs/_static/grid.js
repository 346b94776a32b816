/* The explorer's small grid: choices above, the rows of the chosen setting below. Nothing is computed here. */
(function () {
  const known = JSON.parse(document.getElementById("explorer-answers").textContent);
  const place = document.getElementById("explorer");
  const names = Object.keys(known.choices);
  const chosen = names.map((name, i) => {
    const values = known.choices[name];
    const line = document.createElement("div");
    line.className = "explorer-choice";
    const label = document.createElement("label");
    label.textContent = name;
    label.htmlFor = "explorer-" + i;
    const numbers = typeof values[0] === "number";
    const input = document.createElement(numbers ? "input" : "select");
    input.id = label.htmlFor;
    const shown = document.createElement("output");
    if (numbers) {
      input.type = "range";
      input.min = 0;
      input.max = values.length - 1;
      input.step = 1;
    } else {
      values.forEach((value, k) => input.add(new Option(value, k)));
    }
    input.value = known.first[i];
    input.addEventListener("input", show);
    line.append(label, input, shown);
    place.append(line);
    return { values, input, shown, numbers };
  });
  const table = document.createElement("table");
  table.className = "table";
  place.append(table);

  function row(cells, kind) {
    const line = document.createElement("tr");
    for (const cell of cells) {
      const box = document.createElement(kind);
      box.textContent = cell;
      line.append(box);
    }
    return line;
  }

  function show() {
    const values = chosen.map(({ values, input }) => values[Number(input.value)]);
    chosen.forEach((one, i) => {
      one.shown.textContent = one.numbers ? values[i] : "";
    });
    const key = values.map((value, i) => (chosen[i].numbers && Number.isInteger(value) ? value.toFixed(1) : String(value)));
    const rows = known.rows[key.join("|")];
    table.replaceChildren(row(["leg", "verdict", "margin, % GDP", "closest departure"], "th"));
    for (const cells of rows) {
      const line = row(cells, "td");
      line.className = cells[1];
      table.append(line);
    }
  }
  show();
})();
