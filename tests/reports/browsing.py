"""A real browser, and what every page has to keep in it."""

import importlib.util
import os
import shutil

import pytest

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
if CHROMIUM is None and os.environ.get("CI") and shutil.which("apt-get") and os.geteuid() == 0:
    pytest.fail("Chromium could have been installed, and was not", pytrace=False)
if CHROMIUM is None:
    pytest.skip("no Chromium is installed", allow_module_level=True)
if importlib.util.find_spec("playwright") is None:
    if os.environ.get("CI"):
        pytest.fail("playwright is not installed", pytrace=False)
    pytest.skip("playwright is not installed", allow_module_level=True)
sync_playwright = importlib.import_module("playwright.sync_api").sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = c => { canvas.clearRect(0,0,1,1); canvas.fillStyle = c; canvas.fillRect(0,0,1,1);
                      return [...canvas.getImageData(0,0,1,1).data]; };
  const lum = c => { const [r,g,b] = c.map(v => { v /= 255; return v <= .04045 ? v/12.92 : ((v+.055)/1.055)**2.4; });
                     return .2126*r + .7152*g + .0722*b; };
  const letters = e => rgba(getComputedStyle(e)[e.closest('svg') ? 'fill' : 'color']).slice(0,3);
  const bad = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || e.closest('title')) continue;
    let back = e, colour = [0,0,0,0];
    while (back && colour[3] < 255) {
      colour = rgba(getComputedStyle(back).backgroundColor); back = back.parentElement; }
    const [a, b] = [lum(colour.slice(0,3)), lum(letters(e))].sort((x,y) => y-x);
    if ((a+.05)/(b+.05) < 4.5) bad.push(e.outerHTML.slice(0,80));
  }
  return bad; }"""
# Where each text lies; a line's box is taller than its letters, which is no overlap.
TEXTS = """() => {
  const found = [], range = document.createRange();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, e = node.parentElement;
    if (!node.data.trim() || e.closest('title, .skip') || !e.checkVisibility({contentVisibilityAuto: true})) continue;
    range.selectNodeContents(node);
    for (const r of range.getClientRects()) if (r.width > 1 && r.height > 1)
      found.push({text: node.data.trim().slice(0, 40), e, left: r.left, right: r.right,
                  top: r.top + .22 * r.height, bottom: r.bottom - .22 * r.height});
  }
  return found; }"""
OVERLAPS = f"""() => {{
  const found = ({TEXTS})().sort((a, b) => a.top - b.top), bad = [];
  found.forEach((a, k) => {{
    for (let j = k + 1; j < found.length && found[j].top < a.bottom - 1; j++)
      if (Math.min(a.right, found[j].right) - Math.max(a.left, found[j].left) > 1)
        bad.push([a.text, found[j].text]);
  }});
  return bad; }}"""
CUT = f"""() => {{
  const bad = [];
  for (const e of document.querySelectorAll('body *')) {{
    const hides = ['hidden', 'clip'].includes(getComputedStyle(e).overflowX) && !e.closest('svg');
    if (hides && e.scrollWidth > e.clientWidth + 1) bad.push(e.outerHTML.slice(0, 80));
  }}
  for (const t of ({TEXTS})())
    for (let up = t.e.parentElement; up; up = up.parentElement) {{
      if (getComputedStyle(up).overflowX === 'visible') continue;
      const box = up.getBoundingClientRect();
      if (t.top < box.top - 1 || t.left < box.left - 1 || t.bottom > box.top + up.scrollHeight + 1
          || t.right > box.left + up.scrollWidth + 1) bad.push(t.text);
    }}
  return bad; }}"""
# A letter that no font has comes out as the box of U+10FFFD, which no font has either.
BOXES = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  canvas.canvas.width = canvas.canvas.height = 48;
  canvas.font = '32px ' + getComputedStyle(document.body).fontFamily;
  const drawn = letter => { canvas.clearRect(0, 0, 48, 48); canvas.fillText(letter, 4, 38);
                            return canvas.getImageData(0, 0, 48, 48).data.join(); };
  const box = drawn('\\u{10FFFD}');
  return [...new Set(document.body.textContent)].filter(letter => letter.trim() && drawn(letter) === box); }"""
