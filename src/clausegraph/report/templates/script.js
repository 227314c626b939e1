"use strict";
(function () {
  var root = document.documentElement;
  function all(selector, from) { return Array.prototype.slice.call((from || document).querySelectorAll(selector)); }

  /* Theme: the system's choice unless the reader chose otherwise. */
  var theme = document.querySelector(".theme");
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function stored(value) {
    try {
      if (value) { window.localStorage.setItem("clausegraph-theme", value); }
      return window.localStorage.getItem("clausegraph-theme");
    } catch (error) { return null; }
  }
  function isDark() { return root.dataset.theme ? root.dataset.theme === "dark" : dark.matches; }
  function label() {
    theme.textContent = isDark() ? "Light" : "Dark";
    theme.setAttribute("aria-label", isDark() ? "Light theme" : "Dark theme");
  }
  if (stored()) { root.dataset.theme = stored(); }
  theme.hidden = false;
  theme.addEventListener("click", function () {
    root.dataset.theme = isDark() ? "light" : "dark";
    stored(root.dataset.theme);
    label();
  });
  dark.addEventListener("change", label);
  label();

  /* Filters of the two requirement tables; long ones show their first rows, paper shows all. */
  all("form.filter").forEach(function (form) {
    var table = document.getElementById(form.dataset.filter);
    var bodies = all("tbody", table);
    var shown = form.querySelector(".shown");
    var search = form.querySelector("input");
    var selects = all("select", form);
    var nomatch = form.parentNode.querySelector(".nomatch");
    var more = form.parentNode.querySelector(".later-button");
    var limit = 40;
    var texts = null;
    function apply() {
      var wanted = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      if (wanted.length && !texts) { texts = bodies.map(function (b) { return b.textContent.toLowerCase(); }); }
      var count = 0;
      bodies.forEach(function (body, n) {
        var fits = selects.every(function (select) {
          return !select.value || (";" + body.dataset[select.dataset.key] + ";").indexOf(";" + select.value + ";") >= 0;
        }) && wanted.every(function (word) { return texts[n].indexOf(word) >= 0; });
        if (body.hidden === fits) { body.hidden = !fits; }
        count += fits ? 1 : 0;
        body.classList.toggle("later", fits && count > limit);
      });
      shown.textContent = count === bodies.length ? "All " + count : count + " of " + bodies.length + (count === 1 ? " fits" : " fit");
      if (count > limit) { shown.textContent += ", first " + limit + " shown"; }
      more.hidden = count <= limit;
      more.textContent = "Show all " + count;
      nomatch.hidden = count > 0;
    }
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.addEventListener("reset", function () { window.setTimeout(apply, 0); });
    more.addEventListener("click", function () { limit = Infinity; apply(); });
    apply();
    table.addEventListener("click", function (event) {
      var row = event.target.closest("tbody > tr:first-child");
      if (row && !String(window.getSelection())) {
        var details = row.parentNode.querySelector("details");
        details.open = !details.open;
      }
    });
    table.classList.add("live");
  });

  /* A link into a closed part opens it. */
  function reveal() {
    var target = window.location.hash.length > 1 && document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    for (var node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") { node.open = true; }
    }
    if (target) {
      target.classList.remove("later");
      target.scrollIntoView({ behavior: "instant" });
    }
  }
  window.addEventListener("hashchange", reveal);
  if (window.location.hash) { reveal(); }

  /* Where the reader is. */
  var links = {};
  all(".side a").forEach(function (link) { links[link.hash.slice(1)] = link; });
  if ("IntersectionObserver" in window) {
    var seen = {};
    var order = Object.keys(links);
    var watcher = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) { seen[entry.target.id] = entry.isIntersecting; });
      var now = order.filter(function (id) { return seen[id]; })[0];
      if (now) {
        order.forEach(function (id) { links[id].removeAttribute("aria-current"); });
        links[now].setAttribute("aria-current", "location");
      }
    }, { rootMargin: "-10% 0px -70% 0px" });
    order.forEach(function (id) { var part = document.getElementById(id); if (part) { watcher.observe(part); } });
  }

  /* Paper shows everything. */
  var opened = [];
  window.addEventListener("beforeprint", function () {
    opened = all("details:not([open])");
    opened.forEach(function (details) { details.open = true; });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (details) { details.open = false; });
    opened = [];
  });
  var print = document.querySelector(".print");
  print.hidden = false;
  print.addEventListener("click", function () { window.print(); });
}());
