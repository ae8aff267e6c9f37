/* Texts that are copied by a button. */
(function () {
  "use strict";

  /* Browsers that keep the clipboard from files still copy what is selected. */
  function copySelected(text) {
    var box = document.createElement("textarea");
    box.value = text;
    document.body.append(box);
    box.select();
    var done = document.execCommand("copy");
    box.remove();
    return done ? Promise.resolve() : Promise.reject(new Error("not allowed to copy"));
  }

  function copy(text, button) {
    var label = button.dataset.label || button.textContent;
    button.dataset.label = label;
    var asked = navigator.clipboard ? navigator.clipboard.writeText(text) : copySelected(text);
    asked
      .catch(function () {
        return copySelected(text);
      })
      .then(
        function () {
          button.textContent = "Copied";
        },
        function () {
          button.textContent = "Select and copy by hand";
        }
      )
      .then(function () {
        window.setTimeout(function () {
          button.textContent = label;
          button.focus();
        }, 1500);
      });
  }

  function textOf(element) {
    if (element.tagName === "PRE") return element.textContent.trim() + "\n";
    var parts = Array.from(element.children).map(function (part) {
      return part.textContent.replace(/\s+/g, " ").trim();
    });
    return parts.join(element.tagName === "OL" ? "\n" : "\n\n") + "\n";
  }

  document.querySelectorAll("button.copy").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      copy(textOf(document.getElementById(button.dataset.copies)), button);
    });
  });

  window.cisphys = { copy: copy };
})();
