"use strict";
const byId = (id) => document.getElementById(id);

function made(name, text, classes) {
  const element = document.createElement(name);
  if (text !== undefined) element.textContent = text;
  if (classes) element.className = classes;
  return element;
}

function shown(value) {
  if (value === null) return "no answer";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "number" && !Number.isInteger(value) ? String(Number(value.toPrecision(6))) : String(value);
}

function headers(kind) {
  const token = byId("token").value;
  return token ? { "Content-Type": kind, Authorization: "Bearer " + token } : { "Content-Type": kind };
}

async function ask(query, kind, body) {
  const response = await fetch("predict?" + query, {
    method: "POST", headers: { ...headers(kind), Accept: "application/json" }, body,
  });
  const answer = await response.json();
  if (response.status === 401) byId("token-section").hidden = false;
  if (!response.ok) throw Object.assign(new Error(answer.detail), { problems: answer.problems || [] });
  return answer;
}

function tellError(place, error) {
  const box = made("div", undefined, "error");
  box.append(made("b", "Not predicted. "), error.message);
  place.replaceChildren(box);
}

function bars(pairs, most, text) {
  const grid = made("div", undefined, "bars");
  for (const [name, value] of pairs) {
    const track = made("span", undefined, "track");
    const bar = made("i");
    bar.style.width = 100 * Math.abs(value) / most + "%";
    track.append(bar);
    grid.append(made("span", name), track, made("span", text(value), "value"));
  }
  return grid;
}

function cell(input) {
  const text = input.value.trim();
  if (text === "") return null;
  return input.dataset.kind === "number" && text !== "" && !Number.isNaN(Number(text)) ? Number(text) : text;
}

function tellRow(place, row) {
  const parts = [];
  const several = Object.keys(row).filter((name) => name.startsWith("prediction_")).map((name) => name.slice(11));
  if ("prediction" in row) parts.push(made("div", shown(row.prediction), "prediction"));
  else if (several.every((name) => "proba_" + name in row)) {
    const given = several.filter((name) => row["prediction_" + name] === 1);
    parts.push(made("div", given.join(", ") || "none of the labels", "prediction"));
  } else {
    for (const name of several) parts.push(made("div", name + ": " + shown(row["prediction_" + name]), "prediction"));
  }
  if ("low" in row) parts.push(made("p", "between " + shown(row.low) + " and " + shown(row.high)));
  const probabilities = Object.entries(row).filter(([name]) => name.startsWith("proba_"))
    .map(([name, value]) => [name.slice(6), value]).sort((a, b) => b[1] - a[1]).slice(0, 12);
  if (probabilities.length) parts.push(bars(probabilities, 1, (value) => (100 * value).toFixed(1) + " %"));
  const reasons = [];
  for (let k = 1; "reason_" + k in row; k += 1) {
    if (row["reason_" + k] !== null) reasons.push([row["reason_" + k], row["reason_" + k + "_share"]]);
  }
  if (reasons.length) {
    parts.push(made("h3", "What moved it most"));
    const most = Math.max(...reasons.map(([, share]) => Math.abs(share)));
    parts.push(bars(reasons, most || 1, (value) => (value > 0 ? "+" : "−") + (100 * Math.abs(value)).toFixed(0) + " %"));
  }
  place.replaceChildren(...parts);
}

byId("row").addEventListener("submit", async (event) => {
  event.preventDefault();
  const row = {};
  for (const input of document.querySelectorAll("[data-column]")) row[input.dataset.column] = cell(input);
  try {
    const answer = await ask("proba=true" + (document.body.dataset.explained ? "&explain=5" : ""), "application/json", JSON.stringify({ rows: [row] }));
    tellRow(byId("answer"), answer.rows[0]);
  } catch (error) {
    tellError(byId("answer"), error);
  }
});

function csvOf(rows) {
  const quoted = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\n\r]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
  };
  const names = Object.keys(rows[0]);
  return [names, ...rows.map((row) => names.map((name) => row[name]))].map((row) => row.map(quoted).join(",") + "\n").join("");
}

function download(rows, name, text) {
  const link = made("a", text);
  link.href = URL.createObjectURL(new Blob(["\ufeff", csvOf(rows)], { type: "text/csv" }));
  link.download = name;
  return link;
}

function preview(rows) {
  const names = Object.keys(rows[0]);
  const table = made("table");
  const head = table.createTHead().insertRow();
  for (const name of names) head.append(made("th", name));
  for (const row of rows.slice(0, 5)) {
    const line = table.insertRow();
    for (const name of names) line.append(made("td", shown(row[name])));
  }
  const box = made("div", undefined, "scroll");
  box.append(table);
  return box;
}

async function predictFile(file) {
  const place = byId("table");
  place.replaceChildren(made("p", "Predicting " + file.name + " …"));
  try {
    const answer = await ask("proba=true&on_bad_value=skip", "text/csv", file);
    const rejects = answer.rejects || [];
    const said = answer.rows.length + " predicted" + (rejects.length ? ", " + rejects.length + " left out" : "") + ".";
    const parts = [made("p", said)];
    const links = made("div", undefined, "actions");
    if (answer.rows.length) {
      links.append(download(answer.rows, "predictions.csv", "Save predictions.csv"));
      parts.push(links, preview(answer.rows));
    }
    if (rejects.length) {
      links.append(download(rejects, "rejects.csv", "Save rejects.csv"));
      parts.push(made("h3", "Left out"), preview(rejects));
      if (!answer.rows.length) parts.push(links);
    }
    place.replaceChildren(...parts);
  } catch (error) {
    tellError(place, error);
  }
}

const drop = byId("drop");
byId("file").addEventListener("change", (event) => event.target.files[0] && predictFile(event.target.files[0]));
for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
}
for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files[0]) predictFile(event.dataTransfer.files[0]);
});
