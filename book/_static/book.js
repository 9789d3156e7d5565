// Keyboard users can scroll a box only when it takes the focus, so every box that is wider
// than its place becomes a stop for the tab key, and ceases to be one when it fits.
(() => {
  const boxes = "div.math, .bd-article div.highlight pre, .cell_output pre";

  function update() {
    for (const box of document.querySelectorAll(boxes)) {
      if (box.scrollWidth > box.clientWidth) {
        box.tabIndex = 0;
      } else {
        box.removeAttribute("tabindex");
      }
    }
  }

  window.addEventListener("resize", update);
  window.addEventListener("load", () => {
    const typeset = window.MathJax?.startup?.promise ?? Promise.resolve();
    typeset.then(update);
  });
})();
