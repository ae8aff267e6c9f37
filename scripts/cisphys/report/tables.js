/* Tables: sorted by a click on a heading (rising, falling, as they were), filtered by words, copied as text. */
(function () {
  "use strict";

  function keyOf(row, column) {
    var cell = row.cells[column];
    var number = cell.dataset.value;
    return number === undefined ? cell.textContent.trim() : parseFloat(number);
  }

  function isEmpty(key) {
    return key === "" || key === "–";
  }

  function compare(a, b) {
    if (isEmpty(a) || isEmpty(b)) return 0;
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (typeof a === "number") return -1;
    if (typeof b === "number") return 1;
    return a.localeCompare(b, "en", { numeric: true });
  }

  /* Empty cells stay last, whichever way the others are sorted. */
  function ordered(rows, column, way) {
    return rows.slice().sort(function (left, right) {
      var a = keyOf(left, column), b = keyOf(right, column);
      return isEmpty(a) - isEmpty(b) || way * compare(a, b);
    });
  }

  function sortBy(table, column, way) {
    var heading = table.tHead.rows[0].cells[column];
    table.querySelectorAll("th[aria-sort]").forEach(function (other) {
      other.removeAttribute("aria-sort");
    });
    if (way) heading.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
    table.tBodies[0].append.apply(table.tBodies[0], way ? ordered(table.asGiven, column, way) : table.asGiven);
  }

  function nextWay(heading) {
    return { null: 1, ascending: -1, descending: 0 }[heading.getAttribute("aria-sort")];
  }

  function filter(table, words, found) {
    var wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    var shown = 0;
    table.asGiven.forEach(function (row) {
      var text = row.textContent.toLowerCase();
      row.hidden = !wanted.every(function (word) {
        return text.includes(word);
      });
      shown += !row.hidden;
    });
    found.textContent = wanted.length ? shown + " of " + table.asGiven.length + " rows" : "";
  }

  /* The rows that are shown, as lines of cells with tabs between, for spreadsheets; with true minus signs made plain. */
  function asText(table) {
    var rows = Array.from(table.rows).filter(function (row) {
      return !row.hidden;
    });
    return rows
      .map(function (row) {
        return Array.from(row.cells)
          .map(function (cell) {
            return cell.textContent.replace(/\s+/g, " ").replace(/−/g, "-").trim();
          })
          .join("\t");
      })
      .join("\n");
  }

  document.querySelectorAll("div.table").forEach(function (part) {
    var table = part.querySelector("table");
    var tools = part.querySelector(".tools");
    var box = tools && tools.querySelector("input");
    var choice = tools && tools.querySelector("select");
    var copies = table.querySelector(".copy-table");
    table.asGiven = Array.from(table.tBodies[0].rows);
    table.querySelectorAll("th > button").forEach(function (button) {
      button.addEventListener("click", function () {
        sortBy(table, button.parentElement.cellIndex, nextWay(button.parentElement));
      });
    });
    if (box) {
      box.addEventListener("input", function () {
        filter(table, box.value, tools.querySelector(".found"));
      });
    }
    if (choice) {
      choice.addEventListener("change", function () {
        sortBy(table, Number(choice.value), choice.value === "" ? 0 : 1);
      });
    }
    copies.addEventListener("click", function () {
      window.cisphys.copy(asText(table), copies);
    });
    copies.hidden = false;
    if (tools) tools.hidden = false;
  });

  document.querySelectorAll(".search-files").forEach(function (box) {
    box.hidden = false;
    box.addEventListener("input", function () {
      box.parentElement.querySelectorAll("details").forEach(function (entry) {
        entry.hidden = !entry.textContent.toLowerCase().includes(box.value.trim().toLowerCase());
      });
    });
  });
})();
