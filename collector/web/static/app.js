/* What the pages do better with a script; nothing depends on it. One file, no inline script, no eval.
   Order: 1 focus after failed input  2 busy buttons  3 forms sent on change  4 maps  5 keys */
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* 1 After failed input the summary is read first. */
  const summary = $("#summary");
  if (summary) summary.focus();

  /* 2 A form that was sent says so and is not sent twice. */
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || event.target.method === "get") return;
    if (button.getAttribute("aria-busy") === "true") { event.preventDefault(); return; }
    button.setAttribute("aria-busy", "true");
    if (button.dataset.busy) button.lastChild.textContent = button.dataset.busy;
  });
  window.addEventListener("pageshow", () => $$("button[aria-busy]").forEach((one) => one.removeAttribute("aria-busy")));

  /* 3 A choice that is a form of its own is sent when it changes. */
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-submit]");
    if (form) form.requestSubmit();
  });

  /* A photo turns where it stands; the address follows, for whoever comes back. */
  $$("[data-turn]").forEach((one) => one.addEventListener("click", (event) => {
    event.preventDefault();
    const photo = $(".photo img"), turn = (Number(photo.className.slice(-1)) + Number(one.dataset.turn)) % 4;
    photo.className = `turn-${turn}`;
    const here = new URL(location);
    here.searchParams.set("turn", turn * 90);
    history.replaceState(null, "", here);
  }));

  $$("[data-print]").forEach((one) => one.addEventListener("click", () => window.print()));

  /* An address is copied with one touch; where the browser does not let a script, it stands there chosen. */
  $$("[data-copy]").forEach((one) => {
    one.hidden = false;
    one.addEventListener("click", () => {
      const field = $(one.dataset.copy), said = () => { one.textContent = one.dataset.copied; };
      field.select();
      if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(said, () => {});
    });
  });

  /* A page that shows how far something is comes again by itself. */
  const again = $("[data-again]");
  if (again) setTimeout(() => location.reload(), again.dataset.again * 1000);

  /* 4 Maps: <figure class="map"><div data-points="[[lat, lon, label], ...]" data-tiles="" data-script="" data-style="">
     </div></figure>. Points and lines on paper when there are no tiles. The library comes when a map comes near. */
  const text = (words) => { const one = document.createElement("span"); one.textContent = words || ""; return one.innerHTML; };
  const drawn = (box) => {
    const points = JSON.parse(box.dataset.points || "[]");
    const shapes = JSON.parse(box.dataset.shapes || "[]");
    const map = L.map(box, { scrollWheelZoom: false, attributionControl: Boolean(box.dataset.tiles), zoomAnimation: false,
      fadeAnimation: false, markerZoomAnimation: false });
    if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { maxZoom: 19, attribution: text(box.dataset.credit), referrerPolicy: "strict-origin" }).addTo(map);
    if (map.attributionControl) map.attributionControl.setPrefix("Leaflet");
    const group = L.featureGroup().addTo(map);
    for (const shape of shapes) {
      const options = { className: "map-shape", weight: 3 };
      (shape.closed ? L.polygon(shape.points, options) : L.polyline(shape.points, options)).addTo(group);
    }
    points.forEach(([lat, lon, label], at) => {
      const words = document.createElement("span");
      words.textContent = label;
      const pin = L.divIcon({ className: "map-pin", html: String(at + 1), iconSize: [28, 28] });
      L.marker([lat, lon], { icon: pin, title: label, alt: label, keyboard: true }).bindPopup(words).addTo(group);
    });
    map.fitBounds(group.getBounds().pad(0.25), { maxZoom: 15, animate: false });
    L.control.scale({ imperial: false }).addTo(map);
    box.classList.add("ready");
  };
  const fetched = (box) => {
    const style = document.createElement("link"), script = document.createElement("script");
    Object.assign(style, { rel: "stylesheet", href: box.dataset.style });
    Object.assign(script, { src: box.dataset.script });
    const both = [style, script].map((one) => new Promise((done, failed) => { one.onload = done; one.onerror = failed; }));
    document.head.prepend(style);  // before our own sheet, which changes it
    document.head.append(script);
    return Promise.all(both);
  };
  let library;
  const near = new IntersectionObserver((seen) => {
    for (const { target } of seen.filter((one) => one.isIntersecting)) {
      near.unobserve(target);
      library ??= fetched(target);
      library.then(() => drawn(target), () => target.closest(".map").classList.add("mapless"));
    }
  }, { rootMargin: "400px" });
  const ready = () => $$("[data-points]:not(.awaited)").forEach((one) => { one.classList.add("awaited"); near.observe(one); });
  ready();
  document.addEventListener("htmx:afterSwap", (event) => {
    ready();
    const heading = $("h1, h2[tabindex]", event.target);
    if (heading && event.detail.boosted) { heading.tabIndex = -1; heading.focus(); }
  });
  /* Of a recipe the step that was asked for is read first, unless the focus could stay where it was. */
  document.addEventListener("htmx:afterSettle", (event) => {
    if (document.activeElement !== document.body) return;
    const tried = event.detail.requestConfig && event.detail.requestConfig.verb === "post";
    const first = $("#recipe #summary") || (tried && $("#recipe #after")) || $("#recipe #open h2");
    if (first) first.focus({ preventScroll: true });
  });

  /* 5 Keys on a laptop, off while typing: / search, J and K next and previous, in a list from row to row,
     X ticks a row, a button with data-key is pressed by its letter (A approve, U undo), ? shows them. */
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
    const key = event.key.toLowerCase(), rows = $$("[data-keys] > li");
    const act = $(`main [data-key="${CSS.escape(key)}"]`);
    if (act) { event.preventDefault(); act.click(); return; }
    if (key === "?" && $("#keys")) { $("#keys").open = true; $("#keys").scrollIntoView({ block: "end" }); return; }
    if (rows.length && "jkx".includes(key)) {
      const at = rows.findIndex((one) => one.contains(document.activeElement)), tick = at >= 0 && $("[type=checkbox]", rows[at]);
      if (key === "x") { if (tick) tick.click(); return; }
      const next = rows[at < 0 ? 0 : at + (key === "j" ? 1 : -1)];
      if (next) { $("a", next).focus(); return; }
    }
    const follow = { j: "main a[rel=next]", k: "main a[rel=prev]" }[key];
    if (event.key === "/") {
      const search = $("main [type=search]") || $(".top [type=search]");
      if (search && search.offsetParent) { event.preventDefault(); search.focus(); }
    } else if (follow && $(follow)) $(follow).click();
  });
})();
