// Figures with sliders: every part with data-at is shown at the positions it names, no others.
// See rnncore/plot/_interactive.py, which writes them.
(() => {
  function connect(figure) {
    const sliders = [...figure.querySelectorAll("input[type=range]")];
    const parts = [...figure.querySelectorAll("[data-at]")];
    const buttons = [...figure.querySelectorAll("button[data-move]")];
    const sliderOf = (button) => sliders[Math.floor(buttons.indexOf(button) / 2)];

    function show() {
      const key = sliders.map((slider) => slider.value).join("-");
      for (const part of parts) {
        part.style.display = part.dataset.at.split(" ").includes(key) ? "" : "none";
      }
      for (const slider of sliders) {
        slider.parentElement.querySelector("output").value = slider.value;
      }
      for (const button of buttons) {
        const slider = sliderOf(button);
        const end = button.dataset.move > 0 ? slider.max : slider.min;
        button.setAttribute("aria-disabled", slider.value === end); // "disabled" would lose focus
      }
    }

    for (const button of buttons) {
      button.addEventListener("click", () => {
        const slider = sliderOf(button);
        slider.value = Number(slider.value) + Number(button.dataset.move);
        show();
      });
    }
    figure.addEventListener("input", show);
    figure.querySelector(".controls").style.display = "";
    show();
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".explorer").forEach(connect);
  });
})();
