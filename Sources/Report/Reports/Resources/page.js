// A click on a column head sorts by that column: by the number after the arrow if there is one, otherwise as text.
// The second click reverses the order, the third restores the original one.
document.querySelectorAll("table").forEach(table => {
  const body = table.tBodies[0], original = [...body.rows];
  table.querySelectorAll("thead th").forEach((head, column) => {
    head.tabIndex = 0;
    const key = row => {
      const text = row.children[column].textContent.split("→").pop().trim().replaceAll("−", "-").replace(/^[×+]/, "");
      const number = parseFloat(text);
      return [Number.isNaN(number) ? Infinity : number, text];
    };
    const sort = () => {
      const next = { none: "ascending", ascending: "descending", descending: "none" }[head.getAttribute("aria-sort") ?? "none"];
      table.querySelectorAll("thead th").forEach(other => other.removeAttribute("aria-sort"));
      if (next !== "none") head.setAttribute("aria-sort", next);
      const rows = [...original];
      if (next !== "none") {
        rows.sort((a, b) => {
          const [x, s] = key(a), [y, t] = key(b);
          const order = x === y ? s.localeCompare(t) : x < y ? -1 : 1;
          return next === "ascending" ? order : -order;
        });
      }
      rows.forEach(row => body.append(row));
    };
    head.addEventListener("click", sort);
    head.addEventListener("keydown", event => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); sort(); }
    });
  });
});
document.querySelectorAll("input[data-table]").forEach(input => {
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of document.getElementById(input.dataset.table).tBodies[0].rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every(word => text.includes(word));
    }
  });
});
// Opens the folds around a link's target.
const reveal = () => {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let part = target; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
  target.scrollIntoView();
};
window.addEventListener("hashchange", reveal);
reveal();
// Opens all folds for printing.
let closed = [];
window.addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")];
  closed.forEach(fold => { fold.open = true; });
});
window.addEventListener("afterprint", () => closed.forEach(fold => { fold.open = false; }));
