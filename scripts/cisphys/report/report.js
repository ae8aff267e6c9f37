/* Tables sort by a click on a heading; collapsed parts open for printing. */
(function () {
  "use strict";

  function keyOf(row, column) {
    var cell = row.cells[column];
    var number = cell.dataset.value;
    return number === undefined ? cell.textContent.trim() : parseFloat(number);
  }

  function compare(a, b) {
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (typeof a === "number") return -1;
    if (typeof b === "number") return 1;
    return a.localeCompare(b, "en", { numeric: true });
  }

  function sortBy(heading) {
    var table = heading.closest("table");
    var body = table.tBodies[0];
    var rising = heading.getAttribute("aria-sort") !== "ascending";
    var column = heading.cellIndex;
    var rows = Array.from(body.rows);
    rows.sort(function (a, b) {
      var order = compare(keyOf(a, column), keyOf(b, column));
      return rising ? order : -order;
    });
    table.querySelectorAll("th[aria-sort]").forEach(function (other) {
      other.removeAttribute("aria-sort");
    });
    heading.setAttribute("aria-sort", rising ? "ascending" : "descending");
    body.append.apply(body, rows);
  }

  document.querySelectorAll("th > button").forEach(function (button) {
    button.addEventListener("click", function () {
      sortBy(button.parentElement);
    });
  });

  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (part) {
      part.open = true;
    });
  });
})();
