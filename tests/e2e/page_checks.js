// What is wrong with the page as a person with other eyes, hands or ears would meet it: a list of sentences.
() => {
  const found = [];
  const isVisible = (element) => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return box.width > 0 && box.height > 0 && style.visibility !== "hidden" && !element.closest("[aria-hidden=true]");
  };
  const describe = (element) => element.outerHTML.slice(0, 120);
  const nameOf = (element) => {
    const ids = (element.getAttribute("aria-labelledby") ?? "").split(" ").filter(Boolean);
    const texts = ids.map((id) => document.getElementById(id)?.textContent ?? "");
    const label = element.labels ? [...element.labels].map((one) => one.textContent).join("") : "";
    return (element.getAttribute("aria-label") ?? "") + texts.join("") + label + (element.innerText ?? "");
  };
  const shown = (selector) => [...document.querySelectorAll(selector)].filter(isVisible);

  for (const element of shown("a[href], button, input, select, textarea, [role=button], [role=menuitem], [role=option]")) {
    if (nameOf(element).trim() === "") found.push(`no name: ${describe(element)}`);
  }
  for (const element of shown("[role=table], [role=tree], [role=dialog], nav")) {
    if (nameOf(element).trim() === "") found.push(`no name: ${describe(element)}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of new Set(ids)) if (ids.filter((one) => one === id).length > 1) found.push(`id twice: ${id}`);
  if (document.querySelectorAll("h1").length !== 1) found.push(`${document.querySelectorAll("h1").length} h1`);
  if (document.querySelectorAll("main").length !== 1) found.push("not one main");
  if (!["en", "ko"].includes(document.documentElement.lang)) found.push("no language");
  if (document.title.trim() === "") found.push("no title");
  if (document.documentElement.scrollWidth > innerWidth) found.push("wider than the window");

  // Contrast (WCAG 2.2, 1.4.3): 4.5 for text, 3 for large text. Colours are read back from a canvas as sRGB.
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, ground) => [0, 1, 2].map((i) => top[i] * top[3] + ground[i] * (1 - top[3])).concat(1);
  const groundOf = (element) => {
    const layers = [];
    for (let one = element; one; one = one.parentElement) {
      const colour = rgba(getComputedStyle(one).backgroundColor);
      layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reduceRight((ground, layer) => over(layer, ground), [255, 255, 255, 1]);
  };
  const light = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !isVisible(element) || element.closest(":disabled, .sr-only, option, noscript")) continue;
    const style = getComputedStyle(element);
    const ground = groundOf(element);
    const [a, b] = [light(over(rgba(style.color), ground)), light(ground)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) found.push(`contrast ${ratio.toFixed(2)}: ${node.data.trim().slice(0, 60)}`);
  }
  return found;
};
