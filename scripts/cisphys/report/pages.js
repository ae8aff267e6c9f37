/* One page of the report at a time, chosen by the address behind "#". Without a script, and on paper, all of them are shown. */
(function () {
  "use strict";

  var pages = Array.from(document.querySelectorAll(".page"));
  var nav = document.getElementById("contents");
  var menu = document.querySelector(".menu");
  var where = document.querySelector(".where");
  // what is hidden "until found" is still searched by the browser, which then shows it
  var hiding = "onbeforematch" in document.body ? "until-found" : "";

  function pageOf(element) {
    return element && element.closest(".page");
  }

  function target() {
    var id = decodeURIComponent(location.hash.slice(1));
    return id ? document.getElementById(id) : null;
  }

  function show(page) {
    pages.forEach(function (other) {
      if (other === page) other.removeAttribute("hidden");
      else other.setAttribute("hidden", hiding);
    });
    document.body.classList.toggle("first", page === pages[0]);
    nav.querySelectorAll("a").forEach(function (link) {
      var own = link.hash === "#" + page.id;
      if (own) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
      var parts = link.parentElement.querySelector(".parts");
      if (parts) parts.hidden = !own;
      if (own) where.textContent = link.firstChild.textContent;
    });
  }

  function openAround(element) {
    for (var part = element; part; part = part.parentElement) {
      if (part.tagName === "DETAILS") part.open = true;
    }
  }

  function go(focus) {
    var found = target();
    var page = pageOf(found) || pages[0];
    show(page);
    shut();
    if (found && found !== page && found.id !== "main") {
      openAround(found);
      found.scrollIntoView();
    } else if (focus && (!found || found.id !== "main")) {
      window.scrollTo(0, 0);
      page.querySelector("h2").focus({ preventScroll: true });
    }
  }

  function shut() {
    nav.classList.remove("open");
    menu.setAttribute("aria-expanded", "false");
  }

  menu.hidden = false;
  menu.addEventListener("click", function () {
    var open = nav.classList.toggle("open");
    menu.setAttribute("aria-expanded", String(open));
    if (open) nav.querySelector("[aria-current]").focus();
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && nav.classList.contains("open")) {
      shut();
      menu.focus();
    }
  });
  nav.addEventListener("click", function (event) {
    var link = event.target.closest("a");
    if (link && link.hash === location.hash) go(true); // no hashchange comes
  });
  pages.forEach(function (page) {
    page.addEventListener("beforematch", function () {
      history.replaceState(null, "", "#" + page.id);
      show(page);
    });
  });
  window.addEventListener("hashchange", function () {
    go(true);
  });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (part) {
      part.open = true;
    });
  });
  document.documentElement.classList.add("paged");
  go(false);
})();
