// Keyboard users can scroll a box only when it takes the focus, so every box that is wider
// than its place becomes a stop for the tab key, and ceases to be one when it fits.
(() => {
  const boxes = "div.math mjx-container, .bd-article pre, span.math.wide";

  function update() {
    for (const formula of document.querySelectorAll("span.math")) {
      const place = formula.closest("p, li, dd, td, th, figcaption") ?? document.body;
      formula.classList.toggle("wide", formula.scrollWidth > place.clientWidth);
    }
    for (const box of document.querySelectorAll(boxes)) {
      if (box.scrollWidth > box.clientWidth) {
        box.tabIndex = 0;
      } else {
        box.removeAttribute("tabindex");
      }
    }
  }

  window.addEventListener("resize", update);
  document.addEventListener("toggle", update, true); // an answer or a cell was unfolded
  window.addEventListener("load", () => {
    const typeset = window.MathJax?.startup?.promise ?? Promise.resolve();
    typeset.then(update);
  });
})();

// On paper nothing can be unfolded: answers are printed, and folded again on the page.
(() => {
  const unfolded = new Set();

  window.addEventListener("beforeprint", () => {
    for (const answer of document.querySelectorAll("details.sd-dropdown:not([open])")) {
      unfolded.add(answer);
      answer.open = true;
    }
  });
  window.addEventListener("afterprint", () => {
    unfolded.forEach((answer) => (answer.open = false));
    unfolded.clear();
  });
})();
