// What a browser adds to the desk: keys, choosing rows, the dialog of keys, hiding again what was shown. All works without it.
(() => {
  "use strict";
  const one = (what, from = document) => from.querySelector(what);
  const all = (what, from = document) => Array.from(from.querySelectorAll(what));
  const kept = {
    get: (name) => { try { return localStorage.getItem(name); } catch { return null; } },
    set: (name, value) => { try { localStorage.setItem(name, value); } catch { /* a browser that keeps nothing */ } },
  };

  // Rows: j and k move, x chooses, Enter opens.
  const rows = () => all("[data-rows] tbody tr");
  const here = () => one("[data-rows] tr.is-here");
  const move = (by) => {
    const found = rows();
    if (!found.length) return;
    const now = found.indexOf(here());
    const next = found[Math.max(0, Math.min(found.length - 1, now < 0 ? 0 : now + by))];
    if (now >= 0) found[now].classList.remove("is-here");
    next.classList.add("is-here");
    const link = one("a[data-open]", next) || one("a", next);
    if (link) link.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  const choose = () => {
    const row = here() || rows()[0];
    const box = row && one("input[type=checkbox]", row);
    if (!box) return;
    box.checked = !box.checked;
    tally();
  };

  // The bar that acts on what is chosen appears with the first choice.
  const tally = () => {
    const bar = one("[data-bulk]");
    if (!bar) return;
    const boxes = all("[data-rows] input[name=chosen]");
    const chosen = boxes.filter((box) => box.checked);
    boxes.forEach((box) => box.closest("tr").classList.toggle("is-chosen", box.checked));
    const whole = one("input[name=everything]", bar);
    bar.hidden = !chosen.length && !(whole && whole.checked);
    const said = one("[data-count]", bar);
    const text = whole && whole.checked ? whole.dataset.count : String(chosen.length);
    if (said && said.textContent !== text) said.textContent = text;
    const head = one("[data-choose-page]");
    if (head) {
      head.checked = chosen.length > 0 && chosen.length === boxes.length;
      head.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
    }
  };

  // The dialog of keys; and turning them off, for people who speak to their machine.
  const help = () => {
    const dialog = one("#keys");
    if (!dialog || dialog.open) return;
    dialog.showModal();
  };
  const off = () => kept.get("leadline-keys") === "off";
  const showState = () => {
    const box = one("#keys-on");
    if (box) box.checked = !off();
  };

  const places = {};
  all("[data-key]").forEach((link) => { places[link.dataset.key] = link; });
  let waiting = 0;
  const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog");
  const acts = {
    "/": () => { const field = one("[data-search]"); if (field) { field.focus(); field.select(); } },
    j: () => move(1),
    k: () => move(-1),
    x: choose,
    b: () => { const bar = one("[data-bulk]"); if (bar && !bar.hidden) one("select, input[type=text], button", bar).focus(); },
    n: () => { const link = one("[data-next]"); if (link) link.click(); },
    u: () => { const link = one("[data-back]"); if (link) link.click(); },
    "?": help,
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.key === "Escape" && typing(event.target) && !event.target.closest("dialog")) { event.target.blur(); return; }
    if (off() || typing(event.target)) return;
    if (waiting && Date.now() - waiting < 1500 && places[event.key]) {
      waiting = 0;
      event.preventDefault();
      location.href = places[event.key].href;
      return;
    }
    waiting = event.key === "g" ? Date.now() : 0;
    if (acts[event.key]) { event.preventDefault(); acts[event.key](); }
  });
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.matches("[data-choose-page]")) all("[data-rows] input[name=chosen]").forEach((each) => { each.checked = box.checked; });
    if (box.matches("#keys-on")) kept.set("leadline-keys", box.checked ? "on" : "off");
    if (box.matches("[data-submit-on-change]")) box.form.requestSubmit();
    tally();
  });
  document.addEventListener("click", (event) => {
    const asked = event.target.closest("[data-opens-keys]");
    if (asked) { event.preventDefault(); help(); }
    const shut = event.target.closest("[data-closes]");
    if (shut) shut.closest("dialog").close();
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-rows] tbody tr");
    if (!row || row === here()) return;
    if (here()) here().classList.remove("is-here");
    row.classList.add("is-here");
  });

  // What was masked and asked for hides itself again.
  const hideLater = (from) => all("[data-hides]", from).forEach((shown) => {
    setTimeout(() => { const mask = one("template", shown); if (mask) shown.replaceWith(mask.content.cloneNode(true)); }, Number(shown.dataset.hides) * 1000);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    tally();
    hideLater(event.target.parentNode || document);
    const first = one("[data-focus]", event.target);
    if (first) first.focus();
  });
  const folds = (narrow) => all("[data-fold]").forEach((fold) => { if (narrow) fold.removeAttribute("open"); });
  folds(matchMedia("(max-width: 860px)").matches);
  const summary = one("[data-error-summary]");
  if (summary) summary.focus();
  showState();
  tally();
  document.documentElement.dataset.ready = "yes";
})();
