// Ads for a publisher's page, without cookies of their own.
//
//   <script async src="https://ads.example/tag.js" data-publisher="demo"></script>
//   <div data-ad="home-banner" style="aspect-ratio: 970/250; max-width: 970px; padding-top: 24px; box-sizing: content-box"></div>
//
// The page reserves the space, and 24 pixels above for what an ad says of itself, so that nothing moves when one comes; without those 24 it says so over its
// edge. What may be known of whoever looks is told on the script: data-user (an opaque name), data-consent ("yes" or "no"), data-city, data-genres, data-event,
// data-language; IAB frameworks on the page are asked. What somebody hides stays hidden in this browser, whether he may be known or not.
(() => {
  "use strict";
  const me = document.currentScript;
  const base = new URL(me.src).origin;
  const told = me.dataset;
  const list = (s) => (s ? s.split(",").map((v) => v.trim()) : []);

  // ask calls an IAB framework that is on the page, and waits no longer than 300 ms for it.
  const ask = (name, ...args) => new Promise((done) => {
    if (typeof window[name] !== "function") return done(undefined);
    setTimeout(done, 300);
    try { window[name](...args, (data) => done(data)); } catch { done(undefined); }
  });

  const consent = async () => {
    const [tcf, gpp] = await Promise.all([ask("__tcfapi", "getTCData", 2), ask("__gpp", "ping")]);
    const c = { gpc: navigator.globalPrivacyControl === true };
    if (told.consent) c.personal = told.consent === "yes";
    if (tcf && tcf.tcString) { c.tcf = tcf.tcString; c.gdpr = tcf.gdprApplies === true; }
    if (gpp && gpp.gppString) { c.gpp = gpp.gppString; c.gpp_sid = gpp.applicableSections; }
    return c;
  };

  // seen tells that an ad was seen: half of it, for a second (MRC, Viewable Ad Impression Measurement Guidelines).
  const seen = (box, address) => {
    let timer = 0;
    const watch = new IntersectionObserver((changes) => {
      clearTimeout(timer);
      if (changes.at(-1).intersectionRatio < 0.5) return; // a busy page hears of several changes at once
      timer = setTimeout(() => {
        watch.disconnect();
        fetch(address, { mode: "no-cors", keepalive: true, credentials: "omit" });
      }, 1000);
    }, { threshold: [0, 0.5] });
    watch.observe(box);
  };

  const el = (name, props, ...children) => {
    const e = Object.assign(document.createElement(name), props);
    e.append(...children);
    return e;
  };

  // hidden are the creatives that somebody hid on this site. Storage that is full, forbidden or damaged counts as empty.
  const key = "marquee-ads-hidden";
  const hidden = () => {
    try {
      const list = JSON.parse(localStorage.getItem(key));
      return Array.isArray(list) ? list : [];
    } catch { return []; }
  };
  const remember = (creative) => {
    if (!creative) return; // a bidder's ads have no number that one could know the next by
    try { localStorage.setItem(key, JSON.stringify([creative, ...hidden().filter((other) => other !== creative)].slice(0, 50))); } catch { /* nothing is remembered */ }
  };

  const link = (ad, ...children) => el("a", { href: ad.click, target: "_blank", rel: "sponsored noopener", style: "outline-offset:-3px" }, ...children);

  // code is an ad that somebody else wrote: a picture of what it makes, with our link over it. Neither pointer, keyboard nor screen reader gets into the frame,
  // and nothing in it runs, so that each click is counted and none leads past us.
  const code = (ad) => {
    const frame = el("iframe", {
      title: "Advertisement of " + ad.advertiser, sandbox: "", inert: true, tabIndex: -1, width: ad.width, height: ad.height, srcdoc: ad.html,
      style: "border:0;display:block;max-width:100%",
    });
    const over = link(ad);
    Object.assign(over.style, { position: "absolute", inset: 0 });
    over.setAttribute("aria-label", "Visit " + ad.advertiser);
    return el("div", { style: "position:relative" }, frame, over);
  };

  const body = (ad) => {
    if (ad.image) return link(ad, el("img", { src: ad.image.src, alt: ad.image.alt, width: ad.width, height: ad.height, style: "max-width:100%;height:auto;display:block" }));
    if (ad.native) {
      const n = ad.native;
      return link(ad, el("img", { src: n.image, alt: n.alt, style: "max-width:100%" }), el("strong", { textContent: n.title }), el("span", { textContent: " " + n.body }));
    }
    return code(ad);
  };

  // head is what an ad says of itself: one line, whose first part is cut where there is no room.
  const plain = "flex:none;padding:0;border:0;background:none;color:inherit;font:inherit;text-decoration:underline;cursor:pointer";
  const head = (ad, hide) => el("small", {
    style: "position:absolute;z-index:1;top:0;left:0;max-width:100%;display:flex;gap:1em;font:12px/24px system-ui,sans-serif;white-space:nowrap;background:#fff;color:#333",
  },
  el("span", { textContent: ad.label + " · " + ad.advertiser, style: "min-width:0;overflow:hidden;text-overflow:ellipsis" }),
  el("a", { href: ad.why, target: "_blank", rel: "noopener", textContent: "Why this ad?", style: plain }),
  el("button", { type: "button", textContent: "Hide this ad", onclick: hide, style: plain }));

  const show = (box, ad) => {
    const hide = () => {
      remember(ad.creative);
      fetch(ad.hide, { method: "POST", mode: "no-cors", keepalive: true, credentials: "omit" });
      const gone = el("p", { textContent: "This ad is hidden.", role: "status", tabIndex: -1, style: "margin:0" });
      box.replaceChildren(gone);
      gone.focus();
    };
    // What is reserved stays as large as it is, whatever comes; where nothing is, the page moves in any case.
    if (!box.clientHeight) box.style.paddingTop = "24px";
    if (getComputedStyle(box).position === "static") box.style.position = "relative";
    box.style.overflow = "hidden";
    box.setAttribute("role", "complementary");
    box.setAttribute("aria-label", "Advertisement");
    box.replaceChildren(head(ad, hide), body(ad));
    seen(box, ad.view);
  };

  const run = async () => {
    const boxes = [...document.querySelectorAll("[data-ad]")];
    if (!boxes.length) return;
    const request = {
      publisher: told.publisher,
      page: { city: told.city, event: told.event, venue: told.venue, genres: list(told.genres), language: told.language || document.documentElement.lang },
      user: { id: told.consent === "yes" ? told.user : undefined, consent: await consent() },
      slots: boxes.map((b, i) => ({ id: String(i), placement: b.dataset.ad })),
    };
    // A body of plain text needs no question beforehand (Fetch Standard, CORS-safelisted request header).
    const answer = await fetch(base + "/v1/decisions", { method: "POST", body: JSON.stringify(request), credentials: "omit" });
    if (!answer.ok) return;
    const unwanted = hidden();
    for (const slot of (await answer.json()).slots) {
      const ad = slot.ads.find(({ creative }) => !unwanted.includes(creative));
      if (ad) show(boxes[Number(slot.id)], ad);
    }
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run);
  else run();
})();
