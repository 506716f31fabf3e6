// What a page must be so that everybody can use it; returns what is wrong, in words.
() => {
  const wrong = [];
  const all = (what, within = document) => [...within.querySelectorAll(what)];
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const told = (element) => `${element.tagName.toLowerCase()} "${(element.textContent || "").trim().slice(0, 40)}"`;

  if (!document.documentElement.lang) wrong.push("no language");
  if (!document.title) wrong.push("no title");
  for (const landmark of ["header", "main", "footer"])
    if (all(`body > ${landmark}`).length !== 1) wrong.push(`not one ${landmark}`);
  if (all("script, [style], iframe, object").length) wrong.push("something that the policy refuses");
  for (const svg of all("svg")) if (svg.getAttribute("aria-hidden") !== "true") wrong.push("a picture without words");
  const ids = all("[id]").map((element) => element.id);
  if (new Set(ids).size !== ids.length) wrong.push("an id twice");

  const levels = all("h1, h2, h3, h4").filter(shown).map((element) => Number(element.tagName[1]));
  if (levels.filter((level) => level === 1).length !== 1 || levels[0] !== 1) wrong.push("not one first heading");
  levels.forEach((level, at) => { if (at && level > levels[at - 1] + 1) wrong.push("a heading that skips a level"); });

  for (const table of all("table")) {
    if (!table.caption) wrong.push("a table without a caption");
    for (const head of all("th", table)) if (!head.scope) wrong.push(`no scope: ${told(head)}`);
    for (const row of all("tbody tr", table)) if (!row.querySelector("th")) wrong.push("a row without a head");
    const wide = [...table.tHead.rows[0].cells].reduce((sum, cell) => sum + cell.colSpan, 0);
    for (const row of table.rows)
      if ([...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0) !== wide) wrong.push("a row of other width");
  }

  for (const element of all("a[href], button, select, input").filter(shown)) {
    const name = element.labels?.length ? element.labels[0].textContent : element.textContent;
    if (!name.trim()) wrong.push(`no name: ${told(element)}`);
    const { width, height } = element.getBoundingClientRect();
    const inSentence = element.closest("p") !== null;
    const isHidden = element.classList.contains("skip");
    if (!inSentence && !isHidden && (width < 24 || height < 23.9)) wrong.push(`${width}x${height}: ${told(element)}`);
  }
  if (all("[tabindex]").some((element) => element.tabIndex > 0)) wrong.push("an order of its own");
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("wider than the window");

  const light = (colour) => {
    const [r, g, b] = colour.map((part) => part / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const found = parts(getComputedStyle(at).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const bad = new Set();
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !shown(element)) continue;
    const style = getComputedStyle(element);
    const pair = [light(parts(style.color).slice(0, 3)), light(behind(element))].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (ratio < (large ? 3 : 4.5)) bad.add(`contrast ${ratio.toFixed(2)}: ${told(element)}`);
  }
  return [...wrong, ...bad];
}
