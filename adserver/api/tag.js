// Ads for a publisher's page, without cookies of their own.
//
//   <script async src="https://ads.example/tag.js" data-publisher="demo"></script>
//   <div data-ad="home-banner" style="aspect-ratio: 970/250; max-width: 970px"></div>
//
// The page reserves the space, so that nothing moves when an ad comes. What may be known of whoever looks is told on the script: data-user (an opaque
// name), data-consent ("yes" or "no"), data-city, data-genres, data-event, data-language; IAB frameworks on the page are asked.
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
    const watch = new IntersectionObserver(([entry]) => {
      clearTimeout(timer);
      if (entry.intersectionRatio < 0.5) return;
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

  const link = (ad, ...children) => el("a", { href: ad.click, target: "_blank", rel: "sponsored noopener" }, ...children);

  const body = (ad) => {
    if (ad.image) return link(ad, el("img", { src: ad.image.src, alt: ad.image.alt, width: ad.width, height: ad.height, style: "max-width:100%;height:auto;display:block" }));
    if (ad.native) {
      const n = ad.native;
      return link(ad, el("img", { src: n.image, alt: n.alt, style: "max-width:100%" }), el("strong", { textContent: n.title }), el("span", { textContent: " " + n.body }));
    }
    const frame = el("iframe", { title: "Advertisement of " + ad.advertiser, width: ad.width, height: ad.height, srcdoc: ad.html, style: "border:0;max-width:100%" });
    frame.sandbox = "allow-popups allow-popups-to-escape-sandbox";
    return el("div", {}, frame, link(ad, "Visit " + ad.advertiser));
  };

  const show = (box, ad) => {
    const hide = el("button", { type: "button", textContent: "Hide this ad" });
    hide.onclick = () => {
      fetch(ad.hide, { method: "POST", mode: "no-cors", keepalive: true, credentials: "omit" });
      box.replaceChildren(el("p", { textContent: "This ad is hidden.", role: "status" }));
    };
    const why = el("a", { href: ad.why, target: "_blank", rel: "noopener", textContent: "Why this ad?" });
    box.setAttribute("role", "complementary");
    box.setAttribute("aria-label", "Advertisement");
    box.replaceChildren(el("small", {}, ad.label + " · " + ad.advertiser + " · ", why, " · ", hide), body(ad));
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
    for (const slot of (await answer.json()).slots) if (slot.ads.length) show(boxes[Number(slot.id)], slot.ads[0]);
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run);
  else run();
})();
