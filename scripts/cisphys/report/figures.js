/* Figures: enlarged in a dialog, by mouse or keyboard; small ones on the overview that lead to the fits. */
(function () {
  "use strict";

  var dialog = document.getElementById("enlarged");
  var stage = dialog.querySelector(".stage");
  var links = Array.from(document.querySelectorAll("a.zoom"));
  var shown = document.createElement("img");
  var at = 0;
  var scale = 1;

  /* At 1, the whole figure is seen. */
  function resize(factor) {
    var whole = Math.min(stage.clientWidth, (stage.clientHeight * shown.naturalWidth) / shown.naturalHeight);
    scale = Math.min(8, Math.max(1, factor));
    shown.style.width = whole * scale + "px";
  }

  /* Enlarge about the middle of what is seen. */
  function zoom(factor) {
    var x = (stage.scrollLeft + stage.clientWidth / 2) / stage.scrollWidth;
    var y = (stage.scrollTop + stage.clientHeight / 2) / stage.scrollHeight;
    resize(factor);
    stage.scrollLeft = x * stage.scrollWidth - stage.clientWidth / 2;
    stage.scrollTop = y * stage.scrollHeight - stage.clientHeight / 2;
  }

  function show(number) {
    at = (number + links.length) % links.length;
    var image = links[at].querySelector("img");
    stage.append(shown);
    shown.src = image.src;
    shown.alt = image.alt;
    dialog.querySelector(".caption").textContent = links[at].parentElement.querySelector("figcaption").firstChild.textContent.trim();
    shown.decode().then(function () {
      resize(1);
      stage.scrollTo(0, 0);
    });
  }

  var does = {
    in: function () { zoom(scale * 1.4); },
    out: function () { zoom(scale / 1.4); },
    fit: function () { zoom(1); },
    previous: function () { show(at - 1); },
    next: function () { show(at + 1); },
    close: function () { dialog.close(); },
  };
  var keys = { "+": "in", "=": "in", "-": "out", 0: "fit", p: "previous", n: "next" };

  links.forEach(function (link, number) {
    link.setAttribute("role", "button");
    link.addEventListener("click", function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab was asked for
      event.preventDefault();
      dialog.showModal();
      show(number);
      stage.focus();
    });
    link.addEventListener("keydown", function (event) {
      if (event.key === " ") {
        event.preventDefault();
        link.click();
      }
    });
  });
  window.addEventListener("resize", function () {
    if (dialog.open) resize(scale);
  });
  dialog.addEventListener("click", function (event) {
    var name = event.target.dataset.zoom;
    if (name) does[name]();
    else if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("keydown", function (event) {
    var name = keys[event.key];
    if (!name || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    does[name]();
  });
  shown.addEventListener("dblclick", function () {
    zoom(scale > 1 ? 1 : 2.5);
  });

  document.querySelectorAll(".gallery").forEach(function (gallery) {
    gallery.querySelectorAll("a").forEach(function (link) {
      var first = document.querySelector("#" + link.dataset.figuresOf + " a.zoom img");
      if (!first) {
        link.remove();
        return;
      }
      var small = document.createElement("img");
      small.src = first.src;
      small.alt = "";
      link.prepend(small);
    });
    gallery.hidden = !gallery.children.length;
  });
})();
