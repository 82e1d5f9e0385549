// Before the first paint: the theme and language that were chosen last, so that no page flashes in another.
// A file of its own because the content security policy refuses inline scripts. src/appearance.ts goes on from here.
(function () {
  var root = document.documentElement;
  var chosen = {};
  try {
    chosen = JSON.parse(localStorage.getItem("madang.appearance") || "{}");
  } catch (error) {
    // Storage may be refused or spoilt; the system's choice holds then.
  }
  var isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = chosen.theme === "light" || chosen.theme === "dark" ? chosen.theme : isDark ? "dark" : "light";
  var language = chosen.language === "ko" || chosen.language === "en" ? chosen.language : navigator.language;
  root.lang = language.slice(0, 2) === "ko" ? "ko" : "en";
})();
