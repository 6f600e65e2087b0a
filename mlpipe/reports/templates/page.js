"use strict";
// Tables sort by a click on a heading, lists of columns are searched: the page says all without it.
const number = (text) => {
  const found = text.replace(/[,\s]/g, "").match(/^<?-?[\d.]+(e-?\d+)?/);
  return found ? parseFloat(found[0].replace("<", "")) : NaN;
};
for (const table of document.querySelectorAll("table:not(.matrix):not(.heatmap)")) {
  const body = table.tBodies[0];
  if (!table.tHead || !body || body.rows.length < 3) continue;
  [...table.tHead.rows[0].cells].forEach((heading, place) => {
    if (!heading.textContent.trim() || heading.classList.contains("bars")) return;
    heading.tabIndex = 0;
    heading.classList.add("sorts");
    const sort = () => {
      const down = heading.getAttribute("aria-sort") !== "descending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => (row.cells[place] ? row.cells[place].textContent.trim() : "");
      const order = (a, b) => {
        const [x, y] = [number(key(a)), number(key(b))];
        if (isNaN(x) && isNaN(y)) return key(a).localeCompare(key(b));
        return isNaN(x) ? 1 : isNaN(y) ? -1 : x - y;
      };
      const rows = [...body.rows].sort((a, b) => (down ? -order(a, b) : order(a, b)));
      body.append(...rows);
    };
    heading.addEventListener("click", sort);
    heading.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        sort();
      }
    });
  });
}
for (const list of document.querySelectorAll("[data-searched]")) {
  const items = [...list.querySelectorAll("[data-name]")];
  if (items.length < 6) continue;
  const box = document.createElement("div");
  box.className = "search";
  const label = document.createElement("label");
  label.textContent = "Find a column ";
  const input = document.createElement("input");
  input.type = "search";
  label.append(input);
  const count = document.createElement("span");
  count.setAttribute("role", "status");
  const order = document.createElement("select");
  order.setAttribute("aria-label", "Order of the columns");
  for (const [value, text] of [["place", "as in the table"], ["name", "by name"], ["missing", "most missing first"], ["distinct", "most distinct first"], ["findings", "most findings first"], ["strength", "strongest with the target first"]]) {
    if (value !== "place" && !items.some((item) => item.dataset[value])) continue;
    const option = document.createElement("option");
    option.value = value;
    option.textContent = text;
    order.append(option);
  }
  const show = () => {
    const wanted = input.value.trim().toLowerCase();
    let shown = 0;
    for (const item of items) {
      item.hidden = !(item.dataset.name + " " + (item.dataset.words || "")).toLowerCase().includes(wanted);
      shown += item.hidden ? 0 : 1;
    }
    count.textContent = wanted ? ` ${shown} of ${items.length}` : "";
  };
  items.forEach((item, place) => (item.dataset.place = String(place)));
  order.addEventListener("change", () => {
    const by = order.value;
    const value = (item) => parseFloat(item.dataset[by] || "0");
    const sorted = [...items].sort((a, b) =>
      by === "name" ? a.dataset.name.localeCompare(b.dataset.name) : by === "place" ? value(a) - value(b) : value(b) - value(a));
    for (const item of sorted) item.parentNode.append(item);
  });
  input.addEventListener("input", show);
  box.append(label, order, count);
  list.prepend(box);
}
