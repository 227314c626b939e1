"use strict";
(function () {
  var root = document.documentElement;
  var printing = false;
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

  /* Filters over both lists of requirements; long lists show their first rows, paper shows all. */
  all("form.filter").forEach(function (form) {
    var shown = form.querySelector(".shown");
    var search = form.querySelector("input");
    var selects = all("select", form);
    var lists = all(".reqs").map(function (list) {
      return {
        groups: all(".clause", list).map(function (group) {
          var title = group.firstChild.textContent + " " + group.children[1].textContent;
          return { group: group, rows: all("details[data-f]", group).map(function (row) {
            return { row: row, marks: " " + group.dataset.f + " " + row.dataset.f + " ", title: title, text: "" };
          }) };
        }),
        more: list.parentNode.querySelector(".later-button"),
        nomatch: list.parentNode.querySelector(".nomatch"),
        fold: list.closest("details"),
        limit: 40
      };
    });
    function fits(entry, chosen, wanted) {
      if (wanted.length && !entry.text) { entry.text = (entry.title + " " + entry.row.textContent).toLowerCase(); }
      return chosen.every(function (mark) { return entry.marks.indexOf(mark) >= 0; })
        && wanted.every(function (word) { return entry.text.indexOf(word) >= 0; });
    }
    function apply() {
      var wanted = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      var chosen = selects.map(function (select) { return select.value && " " + select.value + " "; }).filter(Boolean);
      var active = wanted.length + chosen.length > 0;
      var said = lists.map(function (list, n) {
        var count = 0;
        var total = 0;
        list.groups.forEach(function (part) {
          var before = count;
          var visible = count < list.limit;
          part.rows.forEach(function (entry) {
            var fit = fits(entry, chosen, wanted);
            if (entry.row.hidden === fit) { entry.row.hidden = !fit; }
            count += fit ? 1 : 0;
            total += 1;
            entry.row.classList.toggle("later", fit && count > list.limit);
          });
          part.group.hidden = count === before;
          part.group.classList.toggle("later", !visible);
        });
        list.more.hidden = count <= list.limit;
        list.more.textContent = "Show all " + count;
        list.nomatch.hidden = count > 0;
        if (list.fold) {
          list.fold.querySelector(".fits").textContent = (count === total ? total : count + " of " + total) + " requirements";
          if (active && count) { list.fold.open = true; }
        }
        var noun = lists.length === 1 ? " requirements" : n ? " others below" : " gaps";
        return (count === total ? total : count + " of " + total) + noun;
      });
      shown.textContent = said.join(" · ");
    }
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.addEventListener("reset", function () { window.setTimeout(apply, 0); });
    lists.forEach(function (list) {
      list.more.addEventListener("click", function () { list.limit = Infinity; apply(); });
    });
    apply();

    /* An opened row repeats the chain of its clause down to itself, and the kinds that its marks name. */
    document.addEventListener("toggle", function (event) {
      var row = event.target;
      if (!row.open || !row.dataset.f || row.dataset.full || printing) { return; }
      row.dataset.full = "yes";
      var body = row.querySelector("dl");
      var chain = row.parentNode.querySelector("ol");
      if (chain) {
        chain = chain.cloneNode(true);
        if (!chain.lastChild.querySelector("b")) {
          var name = document.createElement("b");
          name.textContent = row.parentNode.querySelector("h3").firstChild.data.trim() + " " + row.querySelector("b").firstChild.data.trim();
          chain.lastChild.append(" ", name);
        }
        var title = document.createElement("dt");
        title.textContent = "Why it applies";
        var cell = document.createElement("dd");
        cell.append(chain);
        body.prepend(title, cell);
      }
      var kinds = row.dataset.f.split(" ").map(function (mark) {
        var option = mark[0] === "k" && form.querySelector("option[value=" + mark + "]");
        return option ? option.textContent.replace(/ \(\d+\)$/, "") : "";
      }).filter(Boolean);
      if (kinds.length && body.textContent.indexOf("Kinds that fit") < 0) {
        var term = document.createElement("dt");
        term.textContent = "Kinds that fit";
        var found = document.createElement("dd");
        found.textContent = kinds.join(", ");
        body.append(term, found);
      }
    }, true);
  });

  /* A link into a closed part opens it. */
  function reveal() {
    var target = window.location.hash.length > 1 && document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    for (var node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") { node.open = true; }
      node.classList.remove("later");
    }
    if (target) {
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
    printing = true;
    opened = all("details:not([open])");
    opened.forEach(function (details) { details.open = true; });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (details) { details.open = false; });
    opened = [];
    window.setTimeout(function () { printing = false; }, 0);
  });
  var print = document.querySelector(".print");
  print.hidden = false;
  print.addEventListener("click", function () { window.print(); });
}());
